#include "terse/export/onnx/trees.h"

namespace terse::export_onnx {

// The attributes of ai.onnx.ml's TreeEnsembleRegressor, a number per node or per leaf.
std::string onnx_trees(OnnxGraph& graph, const model::decoder::Trees& trees,
                       const std::string& values) {
  std::vector<std::int64_t> tree_of_node;
  std::vector<std::int64_t> node_of_tree;
  std::vector<std::int64_t> features;
  std::vector<float> splits;
  std::vector<std::string> modes;
  std::vector<std::int64_t> below;
  std::vector<std::int64_t> others;
  std::vector<std::int64_t> tree_of_leaf;
  std::vector<std::int64_t> leaf_of_tree;
  std::vector<std::int64_t> output_of_leaf;
  std::vector<float> leaves;
  for (std::size_t t = 0; t < trees.roots.size(); ++t) {
    const std::size_t root = trees.roots[t];
    const std::size_t end = t + 1 < trees.roots.size() ? trees.roots[t + 1] : trees.nodes.size();
    for (std::size_t index = root; index < end; ++index) {
      const model::decoder::TreeNode& node = trees.nodes[index];
      const auto place = static_cast<std::int64_t>(index - root);
      const bool leaf = node.left == 0;
      tree_of_node.push_back(static_cast<std::int64_t>(t));
      node_of_tree.push_back(place);
      features.push_back(node.feature);
      splits.push_back(leaf ? 0.0F : node.value);
      modes.emplace_back(leaf ? "LEAF" : "BRANCH_LT");
      below.push_back(leaf ? 0 : static_cast<std::int64_t>(node.left - root));
      others.push_back(leaf ? 0 : below.back() + 1);
      if (!leaf) continue;
      tree_of_leaf.push_back(static_cast<std::int64_t>(t));
      output_of_leaf.push_back(static_cast<std::int64_t>(t % trees.outputs()));
      leaf_of_tree.push_back(place);
      leaves.push_back(node.value);
    }
  }
  const std::vector<float> from_zero(trees.outputs(), 0.0F);
  std::string attributes = onnx_attribute("nodes_treeids", tree_of_node);
  attributes += onnx_attribute("nodes_nodeids", node_of_tree);
  attributes += onnx_attribute("nodes_featureids", features);
  attributes += onnx_attribute("nodes_values", splits);
  attributes += onnx_attribute("nodes_modes", modes);
  attributes += onnx_attribute("nodes_truenodeids", below);
  attributes += onnx_attribute("nodes_falsenodeids", others);
  attributes += onnx_attribute("target_treeids", tree_of_leaf);
  attributes += onnx_attribute("target_nodeids", leaf_of_tree);
  attributes += onnx_attribute("target_ids", output_of_leaf);
  attributes += onnx_attribute("target_weights", leaves);
  attributes += onnx_attribute("base_values", from_zero);
  attributes += onnx_attribute("n_targets", static_cast<std::int64_t>(trees.outputs()));
  return graph.learned_node("TreeEnsembleRegressor", values, attributes, trees.outputs());
}

}  // namespace terse::export_onnx
