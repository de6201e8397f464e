/* The encoder on this machine: rows of readings on stdin, payloads on stdout.
 * usage: host_main encode|samples|stream */
#include <stdio.h>
#include <string.h>

#include "m.h"

void encode_elsewhere(const m_reading_t *readings, uint8_t *payload);

static m_reading_t readings[2][M_FEATURES];
static uint8_t payloads[2][M_PAYLOAD_BYTES];

int main(int count, char **arguments) {
  const char *way = count > 1 ? arguments[1] : "encode";
  size_t rows;
  while ((rows = fread(readings, sizeof readings[0], 2, stdin)) != 0) {
    memset(payloads, 0xA5, sizeof payloads);
    if (strcmp(way, "samples") == 0) {
      m_encode_samples(readings[0], (uint16_t)rows, payloads[0]);
    } else {
      size_t row;
      for (row = 0; row < rows; ++row) {
        if (strcmp(way, "encode") == 0) {
          encode_elsewhere(readings[row], payloads[row]);
        } else {
#ifdef STREAM
          m_stream_t stream;
          size_t feature;
          m_begin(&stream, payloads[row]);
          for (feature = 0; feature < M_FEATURES + 3; ++feature) {
            m_add(&stream, readings[row][feature % M_FEATURES]);
          }
          m_end(&stream);
#endif
        }
      }
    }
    fwrite(payloads, sizeof payloads[0], rows, stdout);
  }
  return 0;
}
