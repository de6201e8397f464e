#pragma once
#include <stddef.h>
#include <stdint.h>

#define RADIOLIB_ERR_NONE (0)
#define RADIOLIB_LORAWAN_NEW_SESSION (-1118)

class Module {
 public:
  Module(uint32_t cs, uint32_t irq, uint32_t rst, uint32_t gpio);
};
class PhysicalLayer {};
class SX1276 : public PhysicalLayer {
 public:
  SX1276(Module* module);
  int16_t begin(float frequency = 434.0);
};
struct LoRaWANBand_t {};
struct LoRaWANEvent_t;
struct LoRaWANJoinEvent_t;
extern const LoRaWANBand_t EU868;
class LoRaWANNode {
 public:
  LoRaWANNode(PhysicalLayer* phy, const LoRaWANBand_t* band, uint8_t subBand = 0);
  int16_t beginOTAA(uint64_t joinEUI, uint64_t devEUI, const uint8_t* nwkKey,
                    const uint8_t* appKey);
  int16_t activateOTAA(LoRaWANJoinEvent_t* joinEvent = NULL);
  int16_t sendReceive(const uint8_t* dataUp, size_t lenUp, uint8_t fPort, uint8_t* dataDown,
                      size_t* lenDown, bool isConfirmed = false, LoRaWANEvent_t* eventUp = NULL,
                      LoRaWANEvent_t* eventDown = NULL);
};
