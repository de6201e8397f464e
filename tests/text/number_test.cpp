#include "terse/text/number.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace terse::text {
namespace {

TEST(Number, WholeTextsOnly) {
  EXPECT_EQ(parse_number<unsigned>("42"), 42U);
  EXPECT_EQ(parse_number<int>("-7"), -7);
  EXPECT_EQ(parse_number<double>("-1.5e3"), -1500.0);
  EXPECT_EQ(parse_number<float>("0.1"), 0.1F);
  for (const char* text : {"", " 1", "1 ", "+1", "1x", "x", "0x10", "1,5"}) {
    EXPECT_EQ(parse_number<int>(text), std::nullopt) << text;
    EXPECT_EQ(parse_number<double>(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_number<int>("1.0"), std::nullopt);
  EXPECT_EQ(parse_number<unsigned>("-1"), std::nullopt);
}

TEST(Number, WhatATypeCanHold) {
  EXPECT_EQ(parse_number<std::uint8_t>("255"), std::uint8_t{255});
  EXPECT_EQ(parse_number<std::uint8_t>("256"), std::nullopt);
  EXPECT_EQ(parse_number<std::uint64_t>("18446744073709551615"),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parse_number<std::uint64_t>("18446744073709551616"), std::nullopt);
  EXPECT_EQ(parse_number<float>("1e39"), std::nullopt);
  EXPECT_EQ(parse_number<double>("1e39"), 1e39);
  EXPECT_EQ(parse_number<double>("inf"), std::numeric_limits<double>::infinity());
}

TEST(Number, CountedThings) {
  EXPECT_EQ(counted(0, "bit"), "0 bits");
  EXPECT_EQ(counted(1, "bit"), "1 bit");
  EXPECT_EQ(counted(1000, "bit"), "1000 bits");
}

}  // namespace
}  // namespace terse::text
