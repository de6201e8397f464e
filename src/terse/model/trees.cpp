#include "terse/model/trees.h"

#include <fmt/format.h>

#include <cmath>

namespace terse::model {
namespace {

std::string node_problem(const TreeNode& node, std::size_t index, std::size_t end,
                         std::size_t inputs) {
  if (!std::isfinite(node.value)) return fmt::format("node {} is not finite", index);
  if (node.left == 0) {
    return node.feature == 0 ? "" : fmt::format("leaf {} asks for an input", index);
  }
  // Children lie behind their parent, so that no walk can go round in circles.
  if (node.left <= index || std::size_t{node.left} + 1 >= end) {
    return fmt::format("node {} points out of its tree, or back", index);
  }
  if (node.feature >= inputs) {
    return fmt::format("node {} asks for input {} of {}", index, node.feature, inputs);
  }
  return "";
}

}  // namespace

std::string trees_problem(const Trees& trees, std::size_t inputs) {
  if (trees.nodes.size() > tree_nodes_max) return "there are too many nodes";
  if (trees.empty() || trees.roots.front() != 0) return "the first tree does not begin at node 0";
  for (std::size_t t = 0; t < trees.roots.size(); ++t) {
    const std::size_t begin = trees.roots[t];
    const bool last = t + 1 == trees.roots.size();
    const std::size_t end = last ? trees.nodes.size() : trees.roots[t + 1];
    if (begin >= end || end > trees.nodes.size()) return fmt::format("tree {} has no node", t);
    for (std::size_t index = begin; index < end; ++index) {
      std::string problem = node_problem(trees.nodes[index], index, end, inputs);
      if (!problem.empty()) return problem;
    }
  }
  return "";
}

float predict(const Trees& trees, std::span<const float> inputs) {
  float sum = 0.0F;
  for (const std::uint32_t root : trees.roots) {
    const TreeNode* node = &trees.nodes[root];
    while (node->left != 0) {
      const bool right = !(inputs[node->feature] < node->value);
      node = &trees.nodes[node->left + (right ? 1 : 0)];
    }
    sum += node->value;
  }
  return sum;
}

}  // namespace terse::model
