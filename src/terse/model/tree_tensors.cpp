#include "terse/model/tree_tensors.h"

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::model {
namespace {

[[noreturn]] void refuse(const std::string& tensor, const std::string& problem,
                         const std::string& source) {
  throw base::InputError(source, "tensor " + text::in_quotes(tensor), problem,
                         "the file is damaged or not a Terse model");
}

const std::vector<float>& row_named(const Container& container, const std::string& name,
                                    const std::string& source) {
  const Tensor* tensor = container.find_tensor(name);
  if (tensor == nullptr) refuse(name, "is missing", source);
  if (tensor->shape.size() != 1 || !tensor->bytes.empty()) {
    refuse(name, "is not a row of numbers", source);
  }
  return tensor->values;
}

std::vector<std::uint32_t> indices_named(const Container& container, const std::string& name,
                                         const std::string& source) {
  std::vector<std::uint32_t> indices;
  for (const float value : row_named(container, name, source)) {
    const bool in_range = value >= 0.0F && value < static_cast<float>(tree_nodes_max);
    const auto index = in_range ? static_cast<std::uint32_t>(value) : 0U;
    if (!in_range || static_cast<float>(index) != value) {
      refuse(name, "holds a number that is no index", source);
    }
    indices.push_back(index);
  }
  return indices;
}

}  // namespace

std::vector<Tensor> tree_tensors(const Trees& trees) {
  std::vector<Tensor> tensors;
  for (const char* name : tree_tensor_names) tensors.push_back({name, {}, {}});
  for (const std::uint32_t root : trees.roots) {
    tensors[0].values.push_back(static_cast<float>(root));
  }
  for (const TreeNode& node : trees.nodes) {
    tensors[1].values.push_back(static_cast<float>(node.feature));
    tensors[2].values.push_back(node.value);
    tensors[3].values.push_back(static_cast<float>(node.left));
  }
  for (Tensor& tensor : tensors) tensor.shape = {tensor.values.size()};
  return tensors;
}

Trees read_trees(const Container& container, std::size_t inputs, const std::string& source) {
  Trees trees;
  trees.roots = indices_named(container, tree_tensor_names[0], source);
  const auto features = indices_named(container, tree_tensor_names[1], source);
  const auto& values = row_named(container, tree_tensor_names[2], source);
  const auto left = indices_named(container, tree_tensor_names[3], source);
  if (values.size() != features.size() || left.size() != features.size()) {
    refuse(tree_tensor_names[2], "has not as many nodes as the other tensors", source);
  }
  for (std::size_t node = 0; node < values.size(); ++node) {
    trees.nodes.push_back({features[node], values[node], left[node]});
  }
  const std::string problem = trees_problem(trees, inputs);
  if (!problem.empty()) {
    throw base::InputError(source, "tensors 'trees'", problem,
                           "the file is damaged or not a Terse model");
  }
  return trees;
}

}  // namespace terse::model
