/* Makes a network look like an encoder to avr_main.c and bare_main.c: codes (with READINGS:
 * readings) in, the prediction, and of classes their scores behind it, out; four bytes each, the
 * lowest first. */
#pragma once

#include "m_network.h"

#ifndef READINGS
#define m_reading_t uint8_t
#define NETWORK_PREDICT m_predict_codes
#else
#define NETWORK_PREDICT m_predict
#endif
#ifdef CLASSES
#define NETWORK_NUMBERS (1 + M_CLASSES)
#else
#define NETWORK_NUMBERS 1
#endif
#undef M_PAYLOAD_BYTES
#define M_PAYLOAD_BYTES (4 * NETWORK_NUMBERS)
#define m_encode m_run_network

void m_run_network(const m_reading_t* input, uint8_t* bytes);

#ifndef EMPTY
__attribute__((noinline)) void m_run_network(const m_reading_t* input, uint8_t* bytes) {
  int32_t numbers[NETWORK_NUMBERS];
  uint8_t i;
#ifdef CLASSES
  numbers[0] = NETWORK_PREDICT(input, numbers + 1);
#else
  numbers[0] = NETWORK_PREDICT(input);
#endif
  for (i = 0; i < M_PAYLOAD_BYTES; ++i)
    bytes[i] = (uint8_t)((uint32_t)numbers[i / 4] >> (i % 4 * 8));
}
#endif
