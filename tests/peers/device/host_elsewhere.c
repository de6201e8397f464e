/* A second file that includes the header, linked with the first. */
#include "m.h"

void encode_elsewhere(const m_reading_t *readings, uint8_t *payload);

void encode_elsewhere(const m_reading_t *readings, uint8_t *payload) {
  m_encode(readings, payload);
}
