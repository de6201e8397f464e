#include "terse/payload/floats.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

namespace terse::payload {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Python's struct.pack(">4f", 1.0, -2.5, 0.1, 16777216.0).
TEST(Floats, BigEndianWords) {
  const std::vector<float> readings{1.0F, -2.5F, 0.1F, 16777216.0F};
  const Bytes message{0x3f, 0x80, 0x00, 0x00, 0xc0, 0x20, 0x00, 0x00,
                      0x3d, 0xcc, 0xcc, 0xcd, 0x4b, 0x80, 0x00, 0x00};
  Bytes packed(16);
  pack_floats(readings, packed);
  EXPECT_EQ(packed, message);
  std::vector<float> unpacked(4);
  unpack_floats(message, unpacked);
  EXPECT_EQ(unpacked, readings);
}

TEST(Floats, EveryBitOfWhatIsNotANumberSurvives) {
  const Bytes message{0x7f, 0x80, 0x00, 0x00, 0xff, 0xc1, 0x23, 0x45, 0x80, 0x00, 0x00, 0x00};
  std::vector<float> readings(3);
  unpack_floats(message, readings);
  EXPECT_EQ(readings[0], std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(readings[1]));
  EXPECT_EQ(std::bit_cast<std::uint32_t>(readings[2]), 0x80000000U);
  Bytes again(12);
  pack_floats(readings, again);
  EXPECT_EQ(again, message);
}

TEST(Floats, OfNoReadings) {
  Bytes none;
  pack_floats({}, none);
  unpack_floats(none, {});
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace terse::payload
