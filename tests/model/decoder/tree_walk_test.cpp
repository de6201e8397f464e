#include "terse/model/decoder/tree_walk.h"

#include <gtest/gtest.h>

#include "terse/base/random.h"
#include "terse/model/decoder/trees.h"

namespace terse::model::decoder {
namespace {

// In every number of rows, so that whole eights and what is left of them are both walked.
TEST(TreeWalk, SumsAreThoseOfOneRowAfterTheOtherBitForBit) {
  for (const std::size_t outputs : {1U, 3U}) {
    Trees trees;
    trees.output_count = outputs;
    base::Random random(outputs);
    for (std::size_t tree = 0; tree < 11 * outputs; ++tree) {
      const auto root = static_cast<std::uint32_t>(trees.nodes.size());
      trees.roots.push_back(root);
      for (std::uint32_t node = 0; node < 15; ++node) {
        const bool leaf = node >= 7 || (tree % 4 == 1 && node >= 3);
        const double value = leaf ? random.normal() : 300.0 * random.uniform() - 20.0;
        trees.nodes.push_back({leaf ? 0U : static_cast<std::uint32_t>(random.below(5)),
                               static_cast<float>(value), leaf ? 0U : root + 2 * node + 1});
      }
    }
    ASSERT_EQ(trees_problem(trees, 5), "");
    const TreeWalk walk(trees.roots, trees.nodes, outputs, 5);
    for (const std::size_t rows : {0U, 1U, 7U, 8U, 9U, 40U}) {
      std::vector<quantize::Code> codes(rows * 5);
      for (quantize::Code& code : codes) code = static_cast<quantize::Code>(random.below(256));
      std::vector<float> sums(rows * outputs, 0.0F);
      walk.add(codes.data(), rows, sums);
      for (std::size_t row = 0; row < rows; ++row) {
        const std::vector<float> inputs(codes.begin() + static_cast<std::ptrdiff_t>(row * 5),
                                        codes.begin() + static_cast<std::ptrdiff_t>(row * 5 + 5));
        std::vector<float> expected(outputs);
        predict(trees, inputs, expected);
        for (std::size_t k = 0; k < outputs; ++k) EXPECT_EQ(sums[row * outputs + k], expected[k]);
      }
    }
  }
}

}  // namespace
}  // namespace terse::model::decoder
