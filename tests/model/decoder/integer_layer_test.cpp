#include "terse/model/decoder/integer_layer.h"

#include <gtest/gtest.h>

#include "terse/base/random.h"

namespace terse::model::decoder {
namespace {

TEST(IntegerLayer, PackedIntegersComeBack) {
  base::Random random(1);
  for (const unsigned bits : weight_widths) {
    const int limit = weight_limit(bits);
    for (std::size_t count = 0; count < 20; ++count) {
      std::vector<std::int8_t> weights(count);
      for (std::int8_t& weight : weights) {
        const auto range = static_cast<std::uint64_t>(2 * limit + 1);
        weight = static_cast<std::int8_t>(static_cast<int>(random.below(range)) - limit);
      }
      const auto bytes = pack(weights, bits);
      EXPECT_EQ(bytes.size(), (count * bits + 7) / 8);
      EXPECT_EQ(unpack(bytes, count, bits), weights);
    }
  }
}

TEST(IntegerLayer, TheFirstIntegerIsInTheLowestBits) {
  EXPECT_EQ(pack(std::vector<std::int8_t>{1, -1, 0, 1, -1}, 2),
            (std::vector<std::uint8_t>{0b01'00'11'01, 0b11}));
  EXPECT_EQ(pack(std::vector<std::int8_t>{-7, 3}, 4), (std::vector<std::uint8_t>{0x39}));
  EXPECT_EQ(pack(std::vector<std::int8_t>{31, -31, 1}, 6),
            (std::vector<std::uint8_t>{0b01'011111, 0b0001'1000, 0b00}));
}

TEST(IntegerLayer, WhatNoWriterMakesIsRefused) {
  EXPECT_FALSE(unpack(std::vector<std::uint8_t>{0b10}, 1, 2).has_value());
  EXPECT_FALSE(unpack(std::vector<std::uint8_t>{0x80}, 1, 8).has_value());
  EXPECT_FALSE(unpack(std::vector<std::uint8_t>{0b100}, 1, 2).has_value());
  EXPECT_TRUE(unpack(std::vector<std::uint8_t>{0b11}, 1, 2).has_value());
}

}  // namespace
}  // namespace terse::model::decoder
