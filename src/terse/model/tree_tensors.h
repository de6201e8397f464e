// Boosted trees as tensors of the model file. Inside the model room.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "terse/model/safetensors.h"
#include "terse/model/trees.h"

namespace terse::model {

/// One number per tree: its first node; then per node the feature, the split or leaf, and the left
/// child (0: a leaf).
inline constexpr std::array tree_tensor_names = {"trees.roots", "trees.feature", "trees.value",
                                                 "trees.left"};

std::vector<Tensor> tree_tensors(const Trees& trees);

/// Throws InputError naming `source` and the tensor unless the trees can be walked with `inputs`
/// inputs.
Trees read_trees(const Container& container, std::size_t inputs, const std::string& source);

}  // namespace terse::model
