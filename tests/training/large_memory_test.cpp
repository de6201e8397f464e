#include "terse/training/large_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace terse::training {
namespace {

// Around one huge page of 2 MiB: 524288 floats.
class LargeZeros : public testing::TestWithParam<std::size_t> {};

TEST_P(LargeZeros, AreZeroAlignedAndWritable) {
  base::AlignedVector<float> values = large_zeros(GetParam());
  ASSERT_EQ(values.size(), GetParam());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values.data()) % 64, 0U);
  EXPECT_TRUE(std::all_of(values.begin(), values.end(), [](float value) { return value == 0.0F; }));
  std::fill(values.begin(), values.end(), 1.0F);
  EXPECT_EQ(std::count(values.begin(), values.end(), 1.0F),
            static_cast<std::ptrdiff_t>(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Sizes, LargeZeros,
                         testing::Values(0, 1, 524287, 524288, 524289, 3 * 524288 + 5));

// The advice to the system must stay within the block: neighbours keep their values.
TEST(LargeZerosNeighbours, AreUntouched) {
  std::vector<base::AlignedVector<float>> blocks;
  for (int block = 0; block < 4; ++block) {
    blocks.push_back(large_zeros(700000));
    std::fill(blocks.back().begin(), blocks.back().end(), static_cast<float>(block + 1));
  }
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    EXPECT_EQ(std::count(blocks[block].begin(), blocks[block].end(), static_cast<float>(block + 1)),
              700000);
  }
}

}  // namespace
}  // namespace terse::training
