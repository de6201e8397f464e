/* Feeds the simulator's rows to the encoder; see avr_run.c. */
#include <avr/io.h>

#include "m.h"

m_reading_t readings[M_FEATURES];
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
    m_encode(readings, payload);
    GPIOR0 = 0x21;
  }
}
