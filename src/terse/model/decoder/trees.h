// Boosted trees as plain arrays, and the walk through them: on codes, or on standardised
// readings. The library that grew the trees is no longer needed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/model/decoder/shape.h"

namespace terse::model::decoder {

/// A split (left > 0): inputs[feature] < value goes to node `left`, all else to `left` + 1. Or a
/// leaf (left 0): `value` is what the tree adds; feature 0.
struct TreeNode {
  std::uint32_t feature = 0;
  float value = 0.0F;
  std::uint32_t left = 0;
};

/// Nodes tree after tree, parents before children. Tree t owns nodes roots[t] .. roots[t + 1] - 1
/// and adds to output t mod output_count. An input per feature, its code; in full precision those
/// of Shape::inputs.
struct Trees {
  static constexpr std::string_view name = "boosted";
  static constexpr int format_version = 2;

  std::vector<std::uint32_t> roots;
  std::vector<TreeNode> nodes;
  std::size_t output_count = 1;

  std::size_t outputs() const { return output_count; }
  std::vector<safetensors::Tensor> tensors() const;
  std::unique_ptr<Runner> runner(const Shape& shape, std::size_t batch_rows_max,
                                 const MakeProducts& products) const;

  static bool stored_in(const safetensors::TensorReader& reader, const Shape& shape);
  /// Throws InputError naming the tensor unless the trees can be walked.
  static Trees read(safetensors::TensorReader& reader, const Shape& shape);
};

/// Nodes are stored as float32, which counts exactly up to here.
inline constexpr std::size_t tree_nodes_max = std::size_t{1} << 24;

/// Features of a model whose trees read codes.
inline constexpr std::size_t tree_features_max = 65'536;

/// What is wrong with trees from outside ("node 7 points out of its tree"), or nothing. Walking
/// trees without a problem ends, and stays within the nodes and `inputs` inputs.
std::string trees_problem(const Trees& trees, std::size_t inputs);

/// Of each output the sum of one leaf per tree, in order, in float32. trees: without a problem;
/// inputs: all that the trees ask for; outputs: trees.outputs(). No tree gives 0.
void predict(const Trees& trees, std::span<const float> inputs, std::span<float> outputs);
/// Of trees with one output.
float predict(const Trees& trees, std::span<const float> inputs);

}  // namespace terse::model::decoder
