/* Feeds the simulator's rows to the encoder; see avr_run.c. */
#include <avr/io.h>

#ifdef NETWORK
#include "network_main.h"
#elif defined(SEND)
#include "send_main.h"
#else
#include "m.h"
#include "refused.h"
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
#ifdef REFUSES
__attribute__((noinline)) m_status_t m_encode(const m_reading_t *values, uint8_t *message) {
  __asm__ volatile("" : : "r"(values), "r"(message) : "memory");
  return M_OK;
}
#else
__attribute__((noinline)) void m_encode(const m_reading_t *values, uint8_t *message) {
  __asm__ volatile("" : : "r"(values), "r"(message) : "memory");
}
#endif
#endif

#ifdef STREAMED
__attribute__((noinline)) static m_status_t stream(void) {
  m_stream_t stream;
  uint16_t feature;
  m_begin(&stream, payload);
  for (feature = 0; feature < M_FEATURES; ++feature) m_add(&stream, readings[feature]);
  return m_end(&stream);
}
#endif

int main(void) {
  for (;;) {
#if defined(MASKED) || defined(STREAMED) || defined(REFUSES)
    m_status_t status;
#endif
    GPIOR0 = 0x10;
    GPIOR0 = 0x20;
#if defined(MASKED)
    status = m_encode_masked(readings.values, readings.missing, payload);
#elif defined(STREAMED)
    status = stream();
#elif defined(REFUSES)
    status = m_encode(readings, payload);
#else
    m_encode(readings, payload);
#endif
    GPIOR0 = 0x21;
#if defined(MASKED) || defined(STREAMED) || defined(REFUSES)
    mark_refused(status, payload);
#endif
  }
}
