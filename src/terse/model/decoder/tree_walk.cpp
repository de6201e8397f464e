#include "terse/model/decoder/tree_walk.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "terse/base/error.h"

namespace terse::model::decoder {
namespace {

constexpr std::size_t together = 8;
constexpr std::uint16_t above_every_code = 256;

}  // namespace

TreeWalk::TreeWalk(std::span<const std::uint32_t> roots, std::span<const TreeNode> nodes,
                   std::size_t outputs, std::size_t inputs)
    : inputs_(inputs), outputs_(outputs), roots_(roots.begin(), roots.end()) {
  TERSE_CHECK(inputs <= tree_features_max);
  for (const TreeNode& node : nodes) {
    const auto place = static_cast<std::uint32_t>(nodes_.size());
    if (node.left == 0) {
      nodes_.push_back({place, 0, above_every_code});
      leaves_.push_back(node.value);
      continue;
    }
    const float limit = std::clamp(std::ceil(node.value), 0.0F, 256.0F);
    nodes_.push_back(
        {node.left, static_cast<std::uint16_t>(node.feature), static_cast<std::uint16_t>(limit)});
    leaves_.push_back(0.0F);
  }
}

std::uint32_t TreeWalk::next(std::uint32_t node, const quantize::Code* codes) const {
  const Node& from = nodes_[node];
  return from.left + (codes[from.feature] >= from.limit ? 1U : 0U);
}

void TreeWalk::add_to_one_row(const quantize::Code* codes, float* outputs) const {
  std::array<std::uint32_t, together> at = {};
  std::size_t output = 0;
  for (std::size_t first = 0; first < roots_.size(); first += together) {
    const std::size_t count = std::min(together, roots_.size() - first);
    for (std::size_t i = 0; i < together; ++i) at[i] = roots_[first + std::min(i, count - 1)];
    std::uint32_t moved = 1;
    while (moved != 0) {
      moved = 0;
      for (std::uint32_t& node : at) {
        const std::uint32_t to = next(node, codes);
        moved |= to ^ node;
        node = to;
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      outputs[output] += leaves_[at[i]];
      output = output + 1 == outputs_ ? 0 : output + 1;
    }
  }
}

void TreeWalk::add_to_rows(std::uint32_t root, const quantize::Code* codes, float* outputs) const {
  std::array<std::uint32_t, together> at = {};
  at.fill(root);
  std::uint32_t moved = 1;
  while (moved != 0) {
    moved = 0;
    for (std::size_t i = 0; i < together; ++i) {
      const std::uint32_t to = next(at[i], codes + i * inputs_);
      moved |= to ^ at[i];
      at[i] = to;
    }
  }
  for (std::size_t i = 0; i < together; ++i) outputs[i * outputs_] += leaves_[at[i]];
}

void TreeWalk::add(const quantize::Code* codes, std::size_t rows, std::span<float> outputs) const {
  TERSE_CHECK(outputs.size() == rows * outputs_);
  const std::size_t whole = rows - rows % together;
  std::size_t output = 0;
  for (const std::uint32_t root : roots_) {
    for (std::size_t row = 0; row < whole; row += together) {
      add_to_rows(root, codes + row * inputs_, outputs.data() + row * outputs_ + output);
    }
    output = output + 1 == outputs_ ? 0 : output + 1;
  }
  for (std::size_t row = whole; row < rows; ++row) {
    add_to_one_row(codes + row * inputs_, outputs.data() + row * outputs_);
  }
}

}  // namespace terse::model::decoder
