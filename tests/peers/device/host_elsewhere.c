/* A second file that includes the header, linked with the first. */
#include "m.h"

m_status_t encode_elsewhere(const m_reading_t *readings, uint8_t *payload);

m_status_t encode_elsewhere(const m_reading_t *readings, uint8_t *payload) {
#ifdef REFUSES
  return m_encode(readings, payload);
#else
  m_encode(readings, payload);
  return M_OK;
#endif
}
