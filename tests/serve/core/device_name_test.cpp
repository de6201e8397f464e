#include "terse/serve/core/device_name.h"

#include <gtest/gtest.h>

#include <string>

namespace terse::serve::core {
namespace {

TEST(DeviceName, IsShortCleanUtf8) {
  EXPECT_TRUE(is_device_name("pump-7"));
  EXPECT_TRUE(is_device_name("Gewächshaus/3 links"));
  EXPECT_TRUE(is_device_name(std::string(128, 'x')));
  EXPECT_FALSE(is_device_name(std::string(129, 'x')));
  EXPECT_FALSE(is_device_name(""));
  EXPECT_FALSE(is_device_name("a\nb"));
  EXPECT_FALSE(is_device_name("a\x7f"));
  EXPECT_FALSE(is_device_name("a\xff"));
}

}  // namespace
}  // namespace terse::serve::core
