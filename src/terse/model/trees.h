// Boosted regression trees as plain arrays, and the walk through them: what a boosted decoder
// stores and predicts with. Whoever grew the trees is not needed any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace terse::model {

/// A split (left > 0): inputs[feature] < value goes to node `left`, all else to `left` + 1. Or a
/// leaf (left 0): `value` is what the tree adds; feature 0.
struct TreeNode {
  std::uint32_t feature = 0;
  float value = 0.0F;
  std::uint32_t left = 0;
};

/// Nodes tree after tree, parents before children. Tree t owns nodes roots[t] .. roots[t + 1] - 1.
struct Trees {
  std::vector<std::uint32_t> roots;
  std::vector<TreeNode> nodes;

  bool empty() const { return roots.empty(); }
};

/// Nodes are stored as float32, which counts exactly up to here.
inline constexpr std::size_t tree_nodes_max = std::size_t{1} << 24;

/// What is wrong with trees from outside ("node 7 points out of its tree"), or nothing. Walking
/// trees without a problem ends, and stays within the nodes and `inputs` inputs.
std::string trees_problem(const Trees& trees, std::size_t inputs);

/// The sum of one leaf per tree, in order, in float32. trees: without a problem; inputs: all that
/// the trees ask for. No tree gives 0.
float predict(const Trees& trees, std::span<const float> inputs);

}  // namespace terse::model
