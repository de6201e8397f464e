// Forests in a model file: the document names depth and inputs, tensors hold the numbers. Inside
// the model room.
#pragma once

#include <vector>

#include "terse/model/model.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model {

/// Of the model's computed features, in their order.
std::vector<safetensors::Tensor> forest_tensors(const Model& model);

/// Fills the forests whose depth and inputs the document has given. Refuses what does not fit.
void read_forests(safetensors::TensorReader& reader, Model& model);

}  // namespace terse::model
