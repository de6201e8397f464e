#include "terse/boosted/joined_trees.h"

#include <algorithm>

#include "terse/base/error.h"

namespace terse::boosted {
namespace {

using model::decoder::TreeNode;
using model::decoder::Trees;

void append_tree(const Trees& from, std::size_t tree, Trees& to) {
  const std::size_t begin = from.roots[tree];
  const std::size_t end = tree + 1 < from.roots.size() ? from.roots[tree + 1] : from.nodes.size();
  to.roots.push_back(static_cast<std::uint32_t>(to.nodes.size()));
  const std::size_t moved = to.nodes.size();
  for (std::size_t n = begin; n < end; ++n) {
    TreeNode node = from.nodes[n];
    if (node.left > 0) node.left = static_cast<std::uint32_t>(node.left - begin + moved);
    to.nodes.push_back(node);
  }
}

}  // namespace

Trees joined(std::span<const Trees> targets) {
  TERSE_CHECK(!targets.empty());
  if (targets.size() == 1) return targets.front();
  Trees result;
  result.output_count = 0;
  std::size_t rounds = 0;
  for (const Trees& target : targets) {
    result.output_count += target.outputs();
    rounds = std::max(rounds, target.roots.size() / target.outputs());
  }
  for (std::size_t round = 0; round < rounds; ++round) {
    for (const Trees& target : targets) {
      for (std::size_t output = 0; output < target.outputs(); ++output) {
        const std::size_t tree = round * target.outputs() + output;
        if (tree < target.roots.size()) {
          append_tree(target, tree, result);
        } else {
          result.roots.push_back(static_cast<std::uint32_t>(result.nodes.size()));
          result.nodes.push_back({});
        }
      }
    }
  }
  return result;
}

}  // namespace terse::boosted
