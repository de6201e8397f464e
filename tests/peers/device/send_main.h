/* Makes what decides about sending look like an encoder to avr_main.c and bare_main.c: the bytes of
 * a message in, one byte out, 1 if it was due (and was sent) or else 0. */
#pragma once

#include "m_send.h"

enum { message_bytes = M_PAYLOAD_BYTES };

#undef M_FEATURES
#undef M_PAYLOAD_BYTES
#define M_FEATURES message_bytes
#define M_PAYLOAD_BYTES 1
#define m_reading_t uint8_t
#define m_encode m_run_send

void m_run_send(const m_reading_t* message, uint8_t* due);

#ifndef EMPTY
static m_sender_t sender; /* of zeros, as m_sender_begin() leaves it */

__attribute__((noinline)) void m_run_send(const m_reading_t* message, uint8_t* due) {
  *due = m_due(&sender, message);
  if (*due != 0) m_sent(&sender, message);
}
#endif
