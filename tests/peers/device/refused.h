/* What the programs of these tests make of a message that must not be sent: as reference.py does.
 */
#pragma once

#include "m.h"

enum { refused_byte = 0xFE };

static inline void mark_refused(m_status_t status, uint8_t* payload) {
  uint16_t byte;
  if (status == M_OK) return;
  for (byte = 0; byte < M_PAYLOAD_BYTES; ++byte)
    payload[byte] = status == M_NO_READING ? refused_byte : 0;
}
