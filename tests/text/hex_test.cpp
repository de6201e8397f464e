#include "terse/text/hex.h"

#include <gtest/gtest.h>

namespace terse::text {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Hex, BothWays) {
  EXPECT_EQ(from_hex("00ffA5a5"), (Bytes{0x00, 0xff, 0xa5, 0xa5}));
  EXPECT_EQ(from_hex(""), Bytes{});
  EXPECT_EQ(to_hex(Bytes{0x00, 0xff, 0xa5}), "00ffa5");
  for (const char* text : {"0", "0g", "0x00", " 00", "00 "}) {
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace terse::text
