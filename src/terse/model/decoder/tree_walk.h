// Trees laid out for walks of many rows, or through many trees, at once: a walk waits for memory at
// every node, and eight of them wait together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/model/decoder/trees.h"
#include "terse/quantize/thresholds.h"

namespace terse::model::decoder {

/// Immutable after construction: safe from any thread. For codes, which are whole numbers.
class TreeWalk {
 public:
  /// roots, nodes: as Trees have them, without a problem. outputs: to which the trees add in turn;
  /// inputs: features of a row, at most tree_features_max.
  TreeWalk(std::span<const std::uint32_t> roots, std::span<const TreeNode> nodes,
           std::size_t outputs, std::size_t inputs);

  /// Adds to each output the leaves of its trees, in their order, as predict() does. codes: rows x
  /// inputs; outputs: rows x outputs.
  void add(const quantize::Code* codes, std::size_t rows, std::span<float> outputs) const;

 private:
  /// A code below `limit` goes to node `left`, all others to the next; a leaf goes to itself.
  struct Node {
    std::uint32_t left;
    std::uint16_t feature;
    std::uint16_t limit;
  };
  std::uint32_t next(std::uint32_t node, const quantize::Code* codes) const;
  void add_to_one_row(const quantize::Code* codes, float* outputs) const;
  void add_to_rows(std::uint32_t root, const quantize::Code* codes, float* outputs) const;

  std::size_t inputs_;
  std::size_t outputs_;
  std::vector<std::uint32_t> roots_;
  std::vector<Node> nodes_;
  std::vector<float> leaves_;  ///< per node; 0 for splits
};

}  // namespace terse::model::decoder
