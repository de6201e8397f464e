#include "terse/model/trees.h"

#include <gtest/gtest.h>

#include <limits>

namespace terse::model {
namespace {

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

}  // namespace
}  // namespace terse::model
