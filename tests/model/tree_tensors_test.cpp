#include "terse/model/tree_tensors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "data/input_error.h"

namespace terse::model {
namespace {

// Tree 0: input 1 < 2.5 ? 1 : -1. Tree 1: a leaf.
Container example() {
  Container container;
  container.tensors =
      tree_tensors({{0, 3}, {{1, 2.5F, 1}, {0, 1.0F, 0}, {0, -1.0F, 0}, {0, 0.5F, 0}}});
  return container;
}

TEST(TreeTensors, RoundTrip) {
  const Container container = example();
  ASSERT_EQ(container.tensors.size(), 4U);
  EXPECT_EQ(container.tensors[0].values, (std::vector<float>{0, 3}));
  EXPECT_EQ(container.tensors[1].values, (std::vector<float>{1, 0, 0, 0}));
  EXPECT_EQ(container.tensors[2].values, (std::vector<float>{2.5F, 1, -1, 0.5F}));
  EXPECT_EQ(container.tensors[3].values, (std::vector<float>{1, 0, 0, 0}));
  const Trees trees = read_trees(container, 2, "some.terse");
  const float inputs[] = {0.0F, 2.0F};
  EXPECT_EQ(predict(trees, inputs), 1.5F);
  for (std::size_t t = 0; t < 4; ++t) {
    EXPECT_EQ(tree_tensors(trees)[t].values, container.tensors[t].values);
  }
}

TEST(TreeTensors, HostileTensorsAreRefusedByName) {
  struct Case {
    std::function<void(std::vector<Tensor>&)> spoil;
    std::string message;
  };
  const auto value = [](std::size_t tensor, std::size_t index, float number) {
    return [=](std::vector<Tensor>& t) { t[tensor].values[index] = number; };
  };
  const std::vector<Case> cases = {
      {[](auto& t) { t.pop_back(); }, "'trees.left': is missing"},
      {[](auto& t) { t[1].name = "other"; }, "'trees.feature': is missing"},
      {[](auto& t) {
         t[3].shape = {2, 2};
       },
       "'trees.left': is not a row"},
      {[](auto& t) { t[2].values.pop_back(); }, "'trees.value': has not as many nodes"},
      {[](auto& t) { t[3].values.push_back(0.0F); }, "'trees.value': has not as many nodes"},
      {value(0, 1, 2.5F), "'trees.roots': holds a number that is no index"},
      {value(0, 1, -3.0F), "'trees.roots': holds a number that is no index"},
      {value(1, 0, std::nanf("")), "'trees.feature': holds a number that is no index"},
      {value(3, 0, 1e30F), "'trees.left': holds a number that is no index"},
      {value(3, 0, 16777216.0F), "'trees.left': holds a number that is no index"},
      {value(2, 1, std::nanf("")), "node 1 is not finite"},
      {value(1, 0, 2.0F), "node 0 asks for input 2"},
      {value(3, 0, 2.0F), "node 0 points out of its tree"},
      {value(3, 1, 1.0F), "node 1 points out of its tree"},
      {[](auto& t) { t[0].values.clear(); }, "the first tree does not begin"},
  };
  for (const Case& spoiled : cases) {
    Container container = example();
    spoiled.spoil(container.tensors);
    const std::string message = input_error([&] { read_trees(container, 2, "some.terse"); });
    EXPECT_EQ(message.find("some.terse: "), 0U) << message;
    EXPECT_NE(message.find(spoiled.message), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace terse::model
