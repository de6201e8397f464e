#include "terse/payload/natural.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "terse/base/random.h"

namespace terse::payload {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes written(const Natural& value, std::size_t count) {
  Bytes bytes(count, 0xAA);
  value.write(bytes);
  return bytes;
}

TEST(Natural, StartsAtZero) {
  Natural value(2);
  EXPECT_EQ(value.bit_width(), 0U);
  EXPECT_EQ(written(value, 3), (Bytes{0, 0, 0}));
  EXPECT_EQ(value.divide(7), 0U);
  Natural none(0);
  none.multiply_add(5, 0);
  EXPECT_EQ(written(none, 0), Bytes{});
}

// 30! = 265252859812191058636308480000000, by multiplication and back by division.
TEST(Natural, CountsPermutations) {
  Natural value(2);
  value.multiply_add(1, 1);
  for (std::uint64_t factor = 2; factor <= 30; ++factor) value.multiply_add(factor, 0);
  EXPECT_EQ(written(value, 14), (Bytes{0x0D, 0x13, 0xF6, 0x37, 0x0F, 0x96, 0x86, 0x5D, 0xF5, 0xDD,
                                       0x54, 0x00, 0x00, 0x00}));
  EXPECT_EQ(value.bit_width(), 108U);
  for (std::uint64_t factor = 30; factor >= 2; --factor) EXPECT_EQ(value.divide(factor), 0U);
  EXPECT_EQ(written(value, 1), Bytes{1});
}

TEST(Natural, CarriesThroughEveryWord) {
  Natural value(3);
  for (int half = 0; half < 6; ++half) value.multiply_add(0x1'0000'0000, 0xFFFF'FFFF);
  EXPECT_EQ(written(value, 24), Bytes(24, 0xFF));
  EXPECT_EQ(value.bit_width(), 192U);
  // (2^192 - 1) / (2^64 - 1) = 2^128 + 2^64 + 1
  EXPECT_EQ(value.divide(UINT64_MAX), 0U);
  EXPECT_EQ(written(value, 17), (Bytes{1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}));
}

TEST(Natural, DivisionUndoesMultiplication) {
  base::Random random(31);
  for (const std::size_t digits : {1, 3, 31, 32, 33, 200}) {
    Natural value(digits);
    std::vector<std::uint64_t> factors;
    std::vector<std::uint64_t> remainders;
    for (std::size_t digit = 0; digit < digits; ++digit) {
      factors.push_back(1 + random.next64() / 2);
      remainders.push_back(random.below(factors.back()));
      value.multiply_add(factors.back(), remainders.back());
    }
    const Bytes bytes = written(value, digits * 8);
    Natural copy(digits);
    copy.multiply_add(1, 99);  // reading replaces it
    copy.read(bytes);
    EXPECT_EQ(copy.bit_width(), value.bit_width());
    for (std::size_t digit = digits; digit-- > 0;) {
      ASSERT_EQ(copy.divide(factors[digit]), remainders[digit]) << digits << " digits";
    }
    EXPECT_EQ(copy.bit_width(), 0U);
  }
}

TEST(Natural, RefusesWhatDoesNotFit) {
  EXPECT_DEATH(
      {
        Natural value(1);
        value.multiply_add(1, 2);
        value.multiply_add(UINT64_MAX, 0);
      },
      "words_");
  EXPECT_DEATH(
      {
        Natural value(1);
        value.multiply_add(1, 256);
        written(value, 1);
      },
      "bit_width");
}

}  // namespace
}  // namespace terse::payload
