/* Feeds the simulator's rows to the encoder; see avr_run.c. */
#include <avr/io.h>

#ifdef NETWORK
#include "network_main.h"
#else
#include "m.h"
#endif

#ifdef MASKED
struct {
  m_reading_t values[M_FEATURES];
  uint8_t missing[(M_FEATURES + 7) / 8];
} readings;
#else
m_reading_t readings[M_FEATURES];
#endif
uint8_t payload[M_PAYLOAD_BYTES];

#ifdef EMPTY
__attribute__((noinline)) void m_encode(const m_reading_t *values, uint8_t *message) {
  __asm__ volatile("" : : "r"(values), "r"(message) : "memory");
}
#endif

int main(void) {
  for (;;) {
    GPIOR0 = 0x10;
    GPIOR0 = 0x20;
#ifdef MASKED
    m_encode_masked(readings.values, readings.missing, payload);
#else
    m_encode(readings, payload);
#endif
    GPIOR0 = 0x21;
  }
}
