/* The encoder on this machine: rows of readings on stdin, payloads on stdout, refused ones marked.
 * usage: host_main encode|samples|stream|miscounted|masked|masked_stream
 * masked: bits of what is missing follow each row; miscounted: exit code 1 if too few readings, or too many, are not
 * noticed, or leave in the payload what was in its memory before */
#include <stdio.h>
#include <string.h>

#include "m.h"
#include "refused.h"

m_status_t encode_elsewhere(const m_reading_t *readings, uint8_t *payload);

static m_reading_t readings[2][M_FEATURES];
static uint8_t payloads[2][M_PAYLOAD_BYTES];

#ifdef MASKED
static uint8_t missing[(M_FEATURES + 7) / 8];

static m_status_t stream_masked(uint8_t *payload) {
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
  return m_end(&stream);
}

static void masked(int stream_it) {
  while (fread(readings, sizeof readings[0], 1, stdin) == 1 && fread(missing, sizeof missing, 1, stdin) == 1) {
    uint8_t payload[M_PAYLOAD_BYTES];
    mark_refused(stream_it ? stream_masked(payload) : m_encode_masked(readings[0], missing, payload), payload);
    fwrite(payload, sizeof payload, 1, stdout);
  }
}
#endif

static m_status_t stream(const m_reading_t *row, size_t count, uint8_t *payload) {
  m_stream_t stream;
  size_t feature;
  m_begin(&stream, payload);
  for (feature = 0; feature < count; ++feature) m_add(&stream, row[feature % M_FEATURES]);
  return m_end(&stream);
}

/* Whether each wrong number of readings has its status, and a payload that does not depend on what was there. */
static int noticed(const m_reading_t *row) {
  size_t count;
  for (count = 0; count < M_FEATURES + 3; ++count) {
    const m_status_t wanted = count < M_FEATURES ? M_TOO_FEW : M_TOO_MANY;
    if (count == M_FEATURES) continue;
    memset(payloads[0], 0xA5, sizeof payloads[0]);
    memset(payloads[1], 0x5A, sizeof payloads[1]);
    if (stream(row, count, payloads[0]) != wanted || stream(row, count, payloads[1]) != wanted) return 0;
    if (memcmp(payloads[0], payloads[1], sizeof payloads[0]) != 0) return 0;
  }
  return 1;
}

static void samples(size_t rows) {
#ifdef REFUSES
  size_t row;
  const m_status_t together = m_encode_samples(readings[0], (uint16_t)rows, payloads[0]);
  m_status_t each = M_OK;
  for (row = 0; row < rows; ++row) {
    uint8_t payload[M_PAYLOAD_BYTES];
    const m_status_t status = m_encode(readings[row], payload);
    mark_refused(status, payloads[row]);
    if (status != M_OK) each = status;
  }
  if (together != each) memset(payloads, 0, sizeof payloads);
#else
  m_encode_samples(readings[0], (uint16_t)rows, payloads[0]);
#endif
}

int main(int count, char **arguments) {
  const char *way = count > 1 ? arguments[1] : "encode";
  size_t rows, row;
#ifdef MASKED
  if (strncmp(way, "masked", 6) == 0) {
    masked(strcmp(way, "masked_stream") == 0);
    return 0;
  }
#endif
  while ((rows = fread(readings, sizeof readings[0], 2, stdin)) != 0) {
    memset(payloads, 0xA5, sizeof payloads);
    if (strcmp(way, "samples") == 0) samples(rows);
    for (row = 0; row < rows; ++row) {
      if (strcmp(way, "encode") == 0) mark_refused(encode_elsewhere(readings[row], payloads[row]), payloads[row]);
      if (strcmp(way, "stream") == 0) mark_refused(stream(readings[row], M_FEATURES, payloads[row]), payloads[row]);
      if (strcmp(way, "miscounted") == 0 && !noticed(readings[row])) return 1;
    }
    fwrite(payloads, sizeof payloads[0], rows, stdout);
  }
  return 0;
}
