// Against times that others publish or that follow from counting symbols by hand.
#include "terse/airtime/lora.h"

#include <gtest/gtest.h>

namespace terse::airtime {
namespace {

double milliseconds(std::size_t bytes, unsigned spreading_factor, double bandwidth_hz = 125e3) {
  LoraSettings settings;
  settings.spreading_factor = spreading_factor;
  settings.bandwidth_hz = bandwidth_hz;
  return 1e3 * lora_seconds(bytes, settings);
}

TEST(LoraSeconds, AreThoseOfSemtechsCalculator) {
  EXPECT_NEAR(milliseconds(13, 9), 164.864, 1e-9);    // the sheet of AN1200.13
  EXPECT_NEAR(milliseconds(13, 7), 46.336, 1e-9);     // widely printed for empty LoRaWAN frames
  EXPECT_NEAR(milliseconds(13, 12), 1155.072, 1e-9);  // with low data rate optimisation
  EXPECT_NEAR(milliseconds(23, 10), 370.688, 1e-9);
  EXPECT_NEAR(milliseconds(24, 10), 370.688, 1e-9);
}

TEST(LoraSeconds, ScaleWithTheBandwidth) {
  EXPECT_NEAR(milliseconds(50, 8), 4.0 * milliseconds(50, 8, 500e3), 1e-9);
  // At 250 kHz a symbol of SF12 takes 16.4 ms, still optimised; SF11 takes 8.2 ms, not optimised.
  EXPECT_NEAR(milliseconds(50, 12), 2.0 * milliseconds(50, 12, 250e3), 1e-9);
  EXPECT_GT(milliseconds(50, 11), 2.0 * milliseconds(50, 11, 250e3));
}

TEST(LoraSeconds, CountCodingPreambleHeaderAndChecksum) {
  LoraSettings settings;  // SF7: symbols of 1.024 ms
  const double symbol = 1.024e-3;
  const double usual = lora_seconds(20, settings);
  settings.preamble_symbols = 12.0;
  EXPECT_NEAR(lora_seconds(20, settings) - usual, 4.0 * symbol, 1e-12);
  settings.preamble_symbols = 8.0;
  settings.coding_rate = 4;
  // 8 * 20 - 28 + 28 + 16 = 176 bits in groups of 28: 7 groups of 8 instead of 5 symbols.
  EXPECT_NEAR(lora_seconds(20, settings) - usual, 21.0 * symbol, 1e-12);
  settings.coding_rate = 1;
  settings.checksum = false;
  // 160 bits: 6 groups.
  EXPECT_NEAR(usual - lora_seconds(20, settings), 5.0 * symbol, 1e-12);
  settings.header = false;
  // 140 bits: 5 groups.
  EXPECT_NEAR(usual - lora_seconds(20, settings), 10.0 * symbol, 1e-12);
}

TEST(LoraSeconds, HaveEightSymbolsAtLeast) {
  LoraSettings settings;
  settings.spreading_factor = 12;
  settings.checksum = false;
  settings.header = false;
  // -48 + 28 - 20 bits: none beyond the first eight symbols.
  EXPECT_NEAR(lora_seconds(0, settings), (12.25 + 8.0) * 4096.0 / 125e3, 1e-12);
}

}  // namespace
}  // namespace terse::airtime
