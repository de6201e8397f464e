#include "terse/boosted/joined_trees.h"

#include <gtest/gtest.h>

#include <vector>

namespace terse::boosted {
namespace {

using model::decoder::TreeNode;
using model::decoder::Trees;

// A split of input `feature` at 1.5, with these leaves.
void add_split(Trees& trees, std::uint32_t feature, float low, float high) {
  const auto root = static_cast<std::uint32_t>(trees.nodes.size());
  trees.roots.push_back(root);
  trees.nodes.push_back({feature, 1.5F, root + 1});
  trees.nodes.push_back({0, low, 0});
  trees.nodes.push_back({0, high, 0});
}

std::vector<float> outputs_of(const Trees& trees, const std::vector<float>& inputs) {
  std::vector<float> outputs(trees.outputs());
  model::decoder::predict(trees, inputs, outputs);
  return outputs;
}

TEST(JoinedTrees, GiveEachTargetItsOwnOutputs) {
  Trees number;
  for (int t = 0; t < 3; ++t) add_split(number, 0, 0.25F, 1.0F);
  Trees classes;
  classes.output_count = 2;
  add_split(classes, 1, -1.0F, 2.0F);
  add_split(classes, 0, 4.0F, 8.0F);
  const std::vector<Trees> both = {classes, number, classes};
  const Trees all = joined(both);
  EXPECT_EQ(all.outputs(), 5U);
  EXPECT_EQ(all.roots.size(), 15U);  // three rounds; the classes have one
  EXPECT_EQ(model::decoder::trees_problem(all, 2), "");
  for (const std::vector<float>& inputs : {std::vector<float>{0, 0}, {0, 2}, {2, 0}, {2, 2}}) {
    std::vector<float> expected = outputs_of(classes, inputs);
    const auto of_number = outputs_of(number, inputs);
    expected.insert(expected.end(), of_number.begin(), of_number.end());
    const auto of_classes = outputs_of(classes, inputs);
    expected.insert(expected.end(), of_classes.begin(), of_classes.end());
    EXPECT_EQ(outputs_of(all, inputs), expected);
  }
}

TEST(JoinedTrees, OfOneTargetAreItsTrees) {
  Trees number;
  add_split(number, 0, 0.25F, 1.0F);
  const Trees same = joined({&number, 1});
  EXPECT_EQ(same.roots, number.roots);
  EXPECT_EQ(same.nodes.size(), number.nodes.size());
}

}  // namespace
}  // namespace terse::boosted
