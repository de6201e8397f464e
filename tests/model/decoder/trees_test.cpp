#include "terse/model/decoder/trees.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "data/input_error.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/safetensors/container.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {
namespace {

using safetensors::Container;
using safetensors::Tensor;
using safetensors::TensorReader;

// Tree 0: a < 2 ? (b < -1 ? 1 : 10) : 100. Tree 1: a leaf of 0.5.
Trees example() {
  return {{0, 5},
          {{0, 2.0F, 1}, {1, -1.0F, 3}, {0, 100.0F, 0}, {0, 1.0F, 0}, {0, 10.0F, 0}, {0, 0.5F, 0}}};
}

float at(float a, float b) {
  const float inputs[] = {a, b};
  return predict(example(), inputs);
}

TEST(Trees, GoLeftStrictlyBelowTheSplit) {
  EXPECT_EQ(at(1.0F, -2.0F), 1.5F);
  EXPECT_EQ(at(1.0F, -1.0F), 10.5F);
  EXPECT_EQ(at(2.0F, -2.0F), 100.5F);
  EXPECT_EQ(at(1.9999999F, 0.0F), 10.5F);
  EXPECT_EQ(predict({}, {}), 0.0F);
}

TEST(Trees, WhatCannotBeWalkedIsNamed) {
  EXPECT_EQ(trees_problem(example(), 2), "");
  const auto problem = [](auto spoil) {
    Trees trees = example();
    spoil(trees);
    return trees_problem(trees, 2);
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(has(problem([](Trees& t) { t.roots.clear(); }), "first tree"));
  EXPECT_TRUE(has(problem([](Trees& t) { t.roots[0] = 1; }), "first tree"));
  EXPECT_TRUE(has(problem([](Trees& t) { t.roots[1] = 0; }), "tree 0 has no node"));
  EXPECT_TRUE(has(problem([](Trees& t) { t.roots[1] = 6; }), "tree 1 has no node"));
  EXPECT_TRUE(has(problem([](Trees& t) { t.roots[1] = 7; }), "tree 0 has no node"));
  EXPECT_TRUE(has(problem([](Trees& t) { t.nodes.clear(); }), "tree 0 has no node"));
  EXPECT_TRUE(has(problem([](Trees& t) { t.roots = {0, 3, 5}; }), "node 1 points out of its tree"));
  // A loop, a node that is its own child, a right child in the next tree.
  EXPECT_TRUE(has(problem([](Trees& t) { t.nodes[3].left = 1; }), "node 3 points out"));
  EXPECT_TRUE(has(problem([](Trees& t) { t.nodes[1].left = 1; }), "node 1 points out"));
  EXPECT_TRUE(has(problem([](Trees& t) { t.nodes[1].left = 4; }), "node 1 points out"));
  EXPECT_TRUE(has(problem([](Trees& t) { t.nodes[1].left = 4294967295U; }), "node 1 points out"));
  EXPECT_TRUE(has(problem([](Trees& t) { t.nodes[1].feature = 2; }), "node 1 asks for input 2"));
  EXPECT_TRUE(has(problem([](Trees& t) { t.nodes[2].feature = 1; }), "leaf 2 asks"));
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(has(problem([&](Trees& t) { t.nodes[4].value = infinity; }), "node 4 is not finite"));
}

// Tree 0: input 1 < 2.5 ? 1 : -1. Tree 1: a leaf.
Container stored_example() {
  const Trees trees{{0, 3}, {{1, 2.5F, 1}, {0, 1.0F, 0}, {0, -1.0F, 0}, {0, 0.5F, 0}}};
  return {{}, trees.tensors()};
}

Trees read_trees(const Container& container, const Shape& shape) {
  TensorReader reader(container, "some.terse");
  return Trees::read(reader, shape);
}

const Shape two_features{.levels = {4, 4}, .inputs = 2};

TEST(Trees, TensorsRoundTrip) {
  const Container container = stored_example();
  ASSERT_EQ(container.tensors.size(), 4U);
  EXPECT_EQ(container.tensors[0].values, (std::vector<float>{0, 3}));
  EXPECT_EQ(container.tensors[1].values, (std::vector<float>{1, 0, 0, 0}));
  EXPECT_EQ(container.tensors[2].values, (std::vector<float>{2.5F, 1, -1, 0.5F}));
  EXPECT_EQ(container.tensors[3].values, (std::vector<float>{1, 0, 0, 0}));
  const Trees trees = read_trees(container, two_features);
  const float inputs[] = {0.0F, 2.0F};
  EXPECT_EQ(predict(trees, inputs), 1.5F);
  for (std::size_t t = 0; t < 4; ++t) {
    EXPECT_EQ(trees.tensors()[t].values, container.tensors[t].values);
  }
}

TEST(Trees, HostileTensorsAreRefusedByName) {
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
      {[](auto& t) { t[2].values.pop_back(); }, "'trees.value': does not have as many nodes"},
      {[](auto& t) { t[3].values.push_back(0.0F); }, "'trees.value': does not have as many nodes"},
      {value(0, 1, 2.5F), "'trees.roots': holds a number that is not an index"},
      {value(0, 1, -3.0F), "'trees.roots': holds a number that is not an index"},
      {value(1, 0, std::nanf("")), "'trees.feature': holds a number that is not an index"},
      {value(3, 0, 1e30F), "'trees.left': holds a number that is not an index"},
      {value(3, 0, 16777216.0F), "'trees.left': holds a number that is not an index"},
      {value(2, 1, std::nanf("")), "node 1 is not finite"},
      {value(1, 0, 2.0F), "node 0 asks for input 2"},
      {value(3, 0, 2.0F), "node 0 points out of its tree"},
      {value(3, 1, 1.0F), "node 1 points out of its tree"},
      {[](auto& t) { t[0].values.clear(); }, "the first tree does not begin"},
  };
  for (const Case& spoiled : cases) {
    Container container = stored_example();
    spoiled.spoil(container.tensors);
    const std::string message = input_error([&] { read_trees(container, two_features); });
    EXPECT_EQ(message.find("some.terse: "), 0U) << message;
    EXPECT_NE(message.find(spoiled.message), std::string::npos) << message;
  }
}

// The example's two trees are then one for each class.
TEST(Trees, AddToTheClassesInTurn) {
  Shape shape = two_features;
  shape.output = Classes{{"a", "b"}};
  const Trees trees = read_trees(stored_example(), shape);
  EXPECT_EQ(trees.outputs(), 2U);
  std::vector<float> scores(2);
  predict(trees, std::vector<float>{0.0F, 2.0F}, scores);
  EXPECT_EQ(scores, (std::vector<float>{1.0F, 0.5F}));
  predict(trees, std::vector<float>{0.0F, 2.5F}, scores);
  EXPECT_EQ(scores, (std::vector<float>{-1.0F, 0.5F}));
  const auto runner = trees.runner(shape, 2, {});
  std::vector<float> outputs(4);
  const quantize::Code codes[] = {0, 2, 0, 3};
  runner->run_codes(codes, 2, outputs);
  EXPECT_EQ(outputs, (std::vector<float>{1.0F, 0.5F, -1.0F, 0.5F}));
  shape.output = Classes{{"a", "b", "c"}};
  const std::string message = input_error([&] { read_trees(stored_example(), shape); });
  EXPECT_NE(message.find("2 trees do not share out among 3 outputs"), std::string::npos) << message;
}

TEST(Trees, InFullPrecisionAskForSpecialLevelsToo) {
  Container container = stored_example();
  container.tensors[1].values[0] = 3.0F;
  Shape shape = two_features;
  EXPECT_NE(input_error([&] { read_trees(container, shape); }).find("asks for input 3 of 2"),
            std::string::npos);
  shape.method = quantize::Method::xgb;
  shape.levels = {1, 1};
  shape.inputs = 4;
  shape.plain = false;
  EXPECT_EQ(read_trees(container, shape).nodes[0].feature, 3U);
}

TEST(Trees, WalkCodesAsTheyWalkNumbers) {
  const Shape shape{.levels = {4, 2}, .inputs = 2};
  const auto runner = example().runner(shape, 3, {});
  const quantize::Code codes[] = {1, 0, 2, 1, 0, 1};
  std::vector<float> outputs(3);
  runner->run_codes(codes, 3, outputs);
  EXPECT_EQ(outputs, (std::vector<float>{at(1, 0), at(2, 1), at(0, 1)}));
  float inputs[] = {1.5F, -2.0F, 9.0F, 2.5F, 0.0F, 9.0F};
  const Shape whole{.method = quantize::Method::xgb, .levels = {1, 1}, .inputs = 2};
  example().runner(whole, 3, {})->run_inputs({inputs, 2, 2, 3}, std::span(outputs).first(2));
  EXPECT_EQ(outputs[0], at(1.5F, -2.0F));
  EXPECT_EQ(outputs[1], at(2.5F, 0.0F));
}

}  // namespace
}  // namespace terse::model::decoder
