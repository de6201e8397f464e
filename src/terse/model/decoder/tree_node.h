// A node of a tree.
#pragma once

#include <cstdint>

namespace terse::model::decoder {

/// A split (left > 0): inputs[feature] < value goes to node `left`, all else to `left` + 1. Or a
/// leaf (left 0): `value` is what the tree adds; feature 0.
struct TreeNode {
  std::uint32_t feature = 0;
  float value = 0.0F;
  std::uint32_t left = 0;
};

}  // namespace terse::model::decoder
