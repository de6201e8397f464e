#pragma once
#include <stdint.h>

class HalConfiguration_t;
struct lmic_pinmap {
  uint8_t nss;
  uint8_t rxtx;
  uint8_t rst;
  uint8_t dio[3];
  uint8_t rxtx_rx_active;
  int8_t rssi_cal;
  uint32_t spi_freq;
  HalConfiguration_t* pConfig;
};
const uint8_t LMIC_UNUSED_PIN = 0xFF;
extern const lmic_pinmap lmic_pins;
