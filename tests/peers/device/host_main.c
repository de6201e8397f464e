/* The encoder on this machine: rows of readings on stdin, payloads on stdout.
 * usage: host_main encode|samples|stream|masked|masked_stream; masked: bits of what is missing follow each row */
#include <stdio.h>
#include <string.h>

#include "m.h"

void encode_elsewhere(const m_reading_t *readings, uint8_t *payload);

static m_reading_t readings[2][M_FEATURES];
#ifdef MASKED
static uint8_t missing[(M_FEATURES + 7) / 8];

static void masked(int stream_it) {
  while (fread(readings, sizeof readings[0], 1, stdin) == 1 && fread(missing, sizeof missing, 1, stdin) == 1) {
    uint8_t payload[M_PAYLOAD_BYTES];
    if (stream_it) {
      m_stream_t stream;
      size_t feature;
      m_begin(&stream, payload);
      for (feature = 0; feature < M_FEATURES; ++feature) {
        if ((missing[feature / 8] >> (feature % 8) & 1) != 0) {
          m_add_missing(&stream);
        } else {
          m_add(&stream, readings[0][feature]);
        }
      }
      m_end(&stream);
    } else {
      m_encode_masked(readings[0], missing, payload);
    }
    fwrite(payload, sizeof payload, 1, stdout);
  }
}
#endif

static uint8_t payloads[2][M_PAYLOAD_BYTES];

int main(int count, char **arguments) {
  const char *way = count > 1 ? arguments[1] : "encode";
  size_t rows;
#ifdef MASKED
  if (strncmp(way, "masked", 6) == 0) {
    masked(strcmp(way, "masked_stream") == 0);
    return 0;
  }
#endif
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
          m_stream_t stream;
          size_t feature;
          m_begin(&stream, payloads[row]);
          for (feature = 0; feature < M_FEATURES + 3; ++feature) {
            m_add(&stream, readings[row][feature % M_FEATURES]);
          }
          m_end(&stream);
        }
      }
    }
    fwrite(payloads, sizeof payloads[0], rows, stdout);
  }
  return 0;
}
