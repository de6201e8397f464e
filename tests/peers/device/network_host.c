/* The network on this machine: rows on stdin, predictions (of classes scores behind them) as int32
 * on stdout. usage: network_host codes|payload|readings; with MASKED, bits of what is missing
 * follow the readings of a row */
#include <stdio.h>
#include <string.h>

#include "m_network.h"

#ifdef CLASSES
#define MORE , numbers + 1
static int32_t numbers[1 + M_CLASSES];
#else
#define MORE
static int32_t numbers[1];
#endif

static uint8_t codes[M_FEATURES];
static uint8_t payload[M_PAYLOAD_BYTES];
static m_reading_t readings[M_FEATURES];

static size_t next(void* row, size_t bytes) {
  return fread(row, bytes, 1, stdin);
}

int main(int count, char** arguments) {
  const char* way = count > 1 ? arguments[1] : "codes";
  for (;;) {
    if (strcmp(way, "codes") == 0) {
      if (next(codes, sizeof codes) != 1) return 0;
      numbers[0] = m_predict_codes(codes MORE);
    } else if (strcmp(way, "payload") == 0) {
      if (next(payload, sizeof payload) != 1) return 0;
      numbers[0] = m_predict_payload(payload MORE);
    } else {
      if (next(readings, sizeof readings) != 1) return 0;
#ifdef MASKED
      uint8_t missing[(M_FEATURES + 7) / 8];
      if (next(missing, sizeof missing) != 1) return 0;
      numbers[0] = m_predict_masked(readings, missing MORE);
#else
      numbers[0] = m_predict(readings MORE);
#endif
    }
    fwrite(numbers, sizeof numbers, 1, stdout);
  }
}
