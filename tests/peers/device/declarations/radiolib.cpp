#include <RadioLib.h>

const LoRaWANBand_t EU868 = {};
Module::Module(uint32_t, uint32_t, uint32_t, uint32_t) {}
SX1276::SX1276(Module*) {}
int16_t SX1276::begin(float) {
  return 0;
}
LoRaWANNode::LoRaWANNode(PhysicalLayer*, const LoRaWANBand_t*, uint8_t) {}
int16_t LoRaWANNode::beginOTAA(uint64_t, uint64_t, const uint8_t*, const uint8_t*) {
  return 0;
}
int16_t LoRaWANNode::activateOTAA(LoRaWANJoinEvent_t*) {
  return RADIOLIB_LORAWAN_NEW_SESSION;
}
int16_t LoRaWANNode::sendReceive(const uint8_t*, size_t, uint8_t, uint8_t*, size_t*, bool,
                                 LoRaWANEvent_t*, LoRaWANEvent_t*) {
  return 0;
}
