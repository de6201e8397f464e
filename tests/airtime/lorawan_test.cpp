// The regions' tables against the rules that they follow from.
#include "terse/airtime/lorawan.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "terse/airtime/sending.h"

namespace terse::airtime {
namespace {

std::string region_of(const Radio& radio) {
  return std::string(radio.id.substr(8, 5));
}

TEST(LorawanRadios, AreOfEightRegions) {
  std::map<std::string, int> rates;
  for (const Radio& radio : lorawan_radios()) ++rates[region_of(radio)];
  const std::map<std::string, int> expected{{"eu868", 11}, {"us915", 7}, {"au915", 6},
                                            {"as923", 5},  {"in865", 6}, {"kr920", 6},
                                            {"cn470", 5},  {"ru864", 7}};
  EXPECT_EQ(rates, expected);
}

// The limits of payload follow from the longest time a frame may take: what is allowed fits, and
// a few bytes more would not (the rules leave one or two to a frame's options).
TEST(LorawanRadios, KeepTheDwellTime) {
  for (const Radio& radio : lorawan_radios()) {
    if (radio.dwell_seconds_max == 0.0) continue;
    EXPECT_LE(sending(radio, radio.payload_bytes_max).seconds.value(), radio.dwell_seconds_max)
        << radio.id;
    if (radio.payload_bytes_max == 222) continue;  // there the frame's length is what limits
    EXPECT_GT(lora_seconds(radio.payload_bytes_max + 13 + 3, radio.lora), radio.dwell_seconds_max)
        << radio.id;
  }
}

TEST(LorawanRadios, SayWhatTheyAre) {
  for (const Radio& radio : lorawan_radios()) {
    const std::string meaning(radio.meaning);
    if (radio.lr_fhss) {
      EXPECT_NE(meaning.find(radio.lr_fhss->headers == 3 ? "LR-FHSS 1/3" : "LR-FHSS 2/3"),
                std::string::npos)
          << radio.id;
      EXPECT_EQ(radio.lr_fhss->code_in, radio.lr_fhss->headers == 3 ? 1U : 2U);
      continue;
    }
    const std::string rate = "SF" + std::to_string(radio.lora.spreading_factor) + " at " +
                             std::to_string(static_cast<int>(radio.lora.bandwidth_hz / 1e3)) +
                             " kHz";
    EXPECT_EQ(meaning.substr(0, rate.size()), rate) << radio.id;
  }
}

// RX1DROffset 0: the same data rate, but in US915 and AU915 downlinks are 500 kHz wide, and after
// LR-FHSS the answer is LoRa.
TEST(LorawanRadios, AreAnsweredAtTheRegionsRates) {
  for (const Radio& radio : lorawan_radios()) {
    const bool wide = region_of(radio) == "us915" || region_of(radio) == "au915";
    EXPECT_EQ(radio.first_window.bandwidth_hz == 500e3, wide) << radio.id;
    EXPECT_EQ(radio.second_window.bandwidth_hz == 500e3, wide) << radio.id;
    if (radio.lr_fhss || radio.lora.bandwidth_hz == 500e3) continue;
    EXPECT_EQ(radio.first_window.spreading_factor, radio.lora.spreading_factor) << radio.id;
  }
  const std::map<std::string, unsigned> second{{"eu868", 12}, {"us915", 12}, {"au915", 12},
                                               {"as923", 10}, {"in865", 10}, {"kr920", 12},
                                               {"cn470", 11}, {"ru864", 12}};
  for (const Radio& radio : lorawan_radios()) {
    EXPECT_EQ(radio.second_window.spreading_factor, second.at(region_of(radio))) << radio.id;
  }
}

TEST(LorawanRadios, HaveDutyCyclesWhereTheRegionHasThem) {
  for (const Radio& radio : lorawan_radios()) {
    const std::string region = region_of(radio);
    const bool limited = region == "eu868" || region == "as923" || region == "ru864";
    EXPECT_EQ(radio.duty_cycle, limited ? 0.01 : 1.0) << radio.id;
  }
}

}  // namespace
}  // namespace terse::airtime
