// Functions that a sketch calls, and calls of those that it defines.
#include <lmic.h>

#include <hal/hal.h>

struct lmic_t LMIC;
static osjob_t* waiting;

void LMIC_reset(void) {}
void LMIC_setLinkCheckMode(bit_t) {}
lmic_tx_error_t LMIC_setTxData2(u1_t, u1_t* data, u1_t bytes, u1_t) {
  os_getArtEui(LMIC.frame);
  os_getDevEui(LMIC.frame + 8);
  os_getDevKey(LMIC.frame + 16);
  for (u1_t i = 0; i < bytes; ++i) LMIC.frame[i] = data[i];
  return lmic_pins.nss == LMIC_UNUSED_PIN;
}
void os_init(void) {}
void os_runloop_once(void) {
  onEvent(EV_TXCOMPLETE);
  if (waiting) waiting->func(waiting);
}
ostime_t os_getTime(void) {
  return 0;
}
void os_setTimedCallback(osjob_t* job, ostime_t, osjobcb_t callback) {
  job->func = callback;
  waiting = job;
}
