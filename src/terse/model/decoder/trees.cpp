#include "terse/model/decoder/trees.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "terse/base/error.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {
namespace {

using safetensors::Tensor;
using safetensors::TensorReader;

/// One number per tree: its first node; then per node the feature, the split or leaf, and the left
/// child (0: a leaf).
constexpr std::array tensor_names = {"trees.roots", "trees.feature", "trees.value", "trees.left"};

const std::vector<float>& row_named(TensorReader& reader, const std::string& name) {
  const Tensor& tensor = reader.row(name);
  if (!tensor.bytes.empty()) reader.refuse(name, "is not a row of numbers");
  return tensor.values;
}

std::vector<std::uint32_t> indices_named(TensorReader& reader, const std::string& name) {
  std::vector<std::uint32_t> indices;
  for (const float value : row_named(reader, name)) {
    const bool in_range = value >= 0.0F && value < static_cast<float>(tree_nodes_max);
    const auto index = in_range ? static_cast<std::uint32_t>(value) : 0U;
    if (!in_range || static_cast<float>(index) != value) {
      reader.refuse(name, "holds a number that is not an index");
    }
    indices.push_back(index);
  }
  return indices;
}

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
  if (trees.roots.size() % trees.outputs() != 0) {
    return fmt::format("{} trees do not share out among {} outputs", trees.roots.size(),
                       trees.outputs());
  }
  if (trees.roots.empty() || trees.roots.front() != 0)
    return "the first tree does not begin at node 0";
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

void predict(const Trees& trees, std::span<const float> inputs, std::span<float> outputs) {
  TERSE_CHECK(outputs.size() == trees.outputs());
  std::ranges::fill(outputs, 0.0F);
  std::size_t output = 0;
  for (const std::uint32_t root : trees.roots) {
    const TreeNode* node = &trees.nodes[root];
    while (node->left != 0) {
      const bool right = !(inputs[node->feature] < node->value);
      node = &trees.nodes[node->left + (right ? 1 : 0)];
    }
    outputs[output] += node->value;
    output = output + 1 == outputs.size() ? 0 : output + 1;
  }
}

float predict(const Trees& trees, std::span<const float> inputs) {
  float sum = 0.0F;
  predict(trees, inputs, {&sum, 1});
  return sum;
}

std::vector<Tensor> Trees::tensors() const {
  std::vector<Tensor> tensors;
  for (const char* tensor : tensor_names) tensors.push_back({tensor, {}, {}});
  for (const std::uint32_t root : roots) tensors[0].values.push_back(static_cast<float>(root));
  for (const TreeNode& node : nodes) {
    tensors[1].values.push_back(static_cast<float>(node.feature));
    tensors[2].values.push_back(node.value);
    tensors[3].values.push_back(static_cast<float>(node.left));
  }
  for (Tensor& tensor : tensors) tensor.shape = {tensor.values.size()};
  return tensors;
}

bool Trees::stored_in(const TensorReader& reader, const Shape& shape) {
  return quantize::traits(shape.method).input == quantize::FirstLayerInput::none ||
         reader.has(tensor_names[0]);
}

Trees Trees::read(TensorReader& reader, const Shape& shape) {
  Trees trees;
  trees.output_count = count(shape.output);
  trees.roots = indices_named(reader, tensor_names[0]);
  const auto features = indices_named(reader, tensor_names[1]);
  const auto& values = row_named(reader, tensor_names[2]);
  const auto left = indices_named(reader, tensor_names[3]);
  if (values.size() != features.size() || left.size() != features.size()) {
    reader.refuse(tensor_names[2], "does not have as many nodes as the other tensors");
  }
  for (std::size_t node = 0; node < values.size(); ++node) {
    trees.nodes.push_back({features[node], values[node], left[node]});
  }
  if (!shape.full_precision() && shape.levels.size() > tree_features_max) {
    reader.refuse(tensor_names[1],
                  fmt::format("asks for one of more than {} features", tree_features_max));
  }
  const std::string problem =
      trees_problem(trees, shape.full_precision() ? shape.inputs : shape.levels.size());
  if (!problem.empty()) {
    throw base::InputError(reader.source(), "tensors 'trees'", problem, safetensors::damaged);
  }
  return trees;
}

}  // namespace terse::model::decoder
