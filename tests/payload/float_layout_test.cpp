#include "terse/payload/layout.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <limits>
#include <vector>

namespace terse::payload {
namespace {

// IEEE 754: 1 is 3F800000, -2.5 is C0200000.
TEST(FloatLayout, WritesTheHighestByteFirst) {
  const FloatLayout layout(2);
  EXPECT_EQ(layout.features(), 2U);
  EXPECT_EQ(layout.bits(), 64U);
  ASSERT_EQ(layout.bytes(), 8U);
  std::array<std::uint8_t, 8> payload{};
  layout.pack(std::array{1.0F, -2.5F}, payload);
  EXPECT_EQ(payload, (std::array<std::uint8_t, 8>{0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0}));
}

TEST(FloatLayout, ReadsEveryFloatBack) {
  const std::vector<float> readings = {0.0F,
                                       -0.0F,
                                       1e-45F,
                                       std::numeric_limits<float>::max(),
                                       -std::numeric_limits<float>::infinity(),
                                       std::numeric_limits<float>::quiet_NaN()};
  const FloatLayout layout(readings.size());
  std::vector<std::uint8_t> payload(layout.bytes());
  layout.pack(readings, payload);
  std::vector<float> found(readings.size());
  ASSERT_EQ(layout.unpack(payload, found), Status::ok);
  for (std::size_t f = 0; f < readings.size(); ++f) {
    EXPECT_EQ(std::bit_cast<std::uint32_t>(found[f]), std::bit_cast<std::uint32_t>(readings[f]));
  }
}

TEST(FloatLayout, OtherLengthsAreRefusedAndNothingIsWritten) {
  const FloatLayout layout(2);
  for (const std::size_t bytes : {0U, 7U, 9U}) {
    std::array readings = {5.0F, 6.0F};
    EXPECT_EQ(layout.unpack(std::vector<std::uint8_t>(bytes), readings), Status::wrong_length);
    EXPECT_EQ(readings, (std::array{5.0F, 6.0F}));
  }
}

}  // namespace
}  // namespace terse::payload
