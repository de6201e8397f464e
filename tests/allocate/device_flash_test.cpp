#include "terse/allocate/device_flash.h"

#include <gtest/gtest.h>

#include "terse/base/error.h"
#include "terse/model/forest.h"

namespace terse::allocate {
namespace {

model::Forest forest_of(const ForestSize& size, std::size_t readings) {
  model::Forest forest;
  forest.depth = size.depth;
  forest.inputs.resize(readings);
  const std::size_t leaves = std::size_t{1} << size.depth;
  forest.nodes.resize(size.trees * (leaves - 1));
  forest.thresholds.resize(forest.nodes.size());
  forest.leaves.resize(size.trees * leaves);
  return forest;
}

TEST(DeviceFlash, TablesAreThoseOfTheModelAndCodeIsTheSameForAll) {
  const std::size_t code =
      forest_flash_bytes({1, 1}, 0) - model::forest_table_bytes(forest_of({1, 1}, 0));
  for (const ForestSize size : {ForestSize{4, 8}, {5, 30}, {6, 64}, {7, 100}}) {
    for (const std::size_t readings : {1U, 10U, 81U}) {
      EXPECT_EQ(forest_flash_bytes(size, readings),
                model::forest_table_bytes(forest_of(size, readings)) + code);
    }
  }
}

TEST(DeviceFlash, TheLargestForestThatFits) {
  for (const std::size_t flash : {1300U, 2000U, 4096U, 5000U, 8192U, 16384U, 32768U}) {
    const ForestSize size = forest_within(flash, 10);
    EXPECT_LE(forest_flash_bytes(size, 10), flash);
    EXPECT_GT(forest_flash_bytes({size.depth, size.trees + 1}, 10), flash);
    EXPECT_GE(size.trees, 8U);
  }
  EXPECT_EQ(forest_within(1'000'000, 10).trees, 256U) << "more do not help";
  EXPECT_LT(forest_within(3000, 10).depth, forest_within(30'000, 10).depth);
}

TEST(DeviceFlash, TooLittleIsRefusedWithTheLeast) {
  try {
    forest_within(1000, 10);
    FAIL();
  } catch (const base::OptionError& error) {
    EXPECT_NE(std::string(error.what()).find("1168"), std::string::npos) << error.what();
  }
  EXPECT_EQ(forest_within(1168, 10).trees, 8U);
}

}  // namespace
}  // namespace terse::allocate
