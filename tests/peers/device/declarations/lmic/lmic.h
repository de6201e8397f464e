#pragma once
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u1_t;
typedef uint16_t u2_t;
typedef int32_t ostime_t;
typedef uint8_t bit_t;
typedef int lmic_tx_error_t;
struct osjob_t;
typedef void (*osjobcb_t)(osjob_t*);
struct osjob_t {
  osjob_t* next;
  ostime_t deadline;
  osjobcb_t func;
};
enum { LMIC_ERROR_SUCCESS = 0 };
enum ev_t { EV_JOINING = 2, EV_JOINED = 3, EV_TXCOMPLETE = 10, EV_JOIN_TXCOMPLETE = 20 };
struct lmic_t {
  u1_t frame[64];
  u1_t dataBeg;
  u1_t dataLen;
};

extern "C" {
extern struct lmic_t LMIC;
void LMIC_reset(void);
void LMIC_setLinkCheckMode(bit_t enabled);
lmic_tx_error_t LMIC_setTxData2(u1_t port, u1_t* data, u1_t bytes, u1_t confirmed);
void os_init(void);
void os_runloop_once(void);
ostime_t os_getTime(void);
void os_setTimedCallback(osjob_t* job, ostime_t time, osjobcb_t callback);
void os_getArtEui(u1_t* to);
void os_getDevEui(u1_t* to);
void os_getDevKey(u1_t* to);
void onEvent(ev_t event);
}
#define sec2osticks(seconds) ((ostime_t)((int64_t)(seconds)*62500))
