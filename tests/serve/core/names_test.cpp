#include "terse/serve/core/names.h"

#include <gtest/gtest.h>

namespace terse::serve::core {
namespace {

TEST(Names, OfDevicesAreBoundedAndCanBeShown) {
  EXPECT_TRUE(is_device_name("pump-7"));
  EXPECT_TRUE(is_device_name("Gewächshaus/3 links"));
  EXPECT_TRUE(is_device_name("温室"));
  EXPECT_TRUE(is_device_name(std::string(128, 'x')));
  EXPECT_FALSE(is_device_name(std::string(129, 'x')));
  EXPECT_FALSE(is_device_name(""));
  EXPECT_FALSE(is_device_name("a\nb"));
  EXPECT_FALSE(is_device_name("a\x7f"));
  EXPECT_FALSE(is_device_name("a\xff"));
  EXPECT_FALSE(is_device_name(std::string("a\0b", 3)));
}

TEST(Names, HoldNothingThatTurnsOrHidesTheTextBesideThem) {
  for (const char* hidden :
       {"\u202e", "\u009b", "\u200b", "\u2066", "\ufeff", "\u061c", "\U000e0041"}) {
    EXPECT_FALSE(is_plain_text(hidden, 255)) << hidden;
    EXPECT_FALSE(is_device_name(std::string("a") + hidden)) << hidden;
  }
  EXPECT_TRUE(is_plain_text("\u00a0\u202fx", 255)) << "spaces are seen";
}

TEST(Names, WhatCannotBeTakenIsSaidAndCanBeKeptAltered) {
  Uplink uplink;
  uplink.device = "d";
  EXPECT_EQ(name_problem(uplink), "");
  uplink.key = std::string(256, 'k');
  EXPECT_EQ(name_problem(uplink), "the key has 256 bytes; at most 255 are taken");
  uplink.key = "a\x01";
  EXPECT_EQ(name_problem(uplink), "the key 'a?' is not UTF-8 text without control characters");
  EXPECT_EQ(presentable("a\xff\u202eb", 128), "a????b");
  EXPECT_EQ(presentable("äää", 5), "ää");
}

}  // namespace
}  // namespace terse::serve::core
