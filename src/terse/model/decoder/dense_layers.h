// Dense layers as tensors of the model file: layers.N.weight and layers.N.bias.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "terse/inference/parameters.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {

/// The most layers a file may hold; integer layers likewise.
inline constexpr std::size_t layers_max = 64;

safetensors::Tensor matrix_tensor(std::string name, const base::Matrix& matrix);
base::Matrix matrix_of(const safetensors::Tensor& tensor);

/// Appends both tensors of each layer.
void add_tensors(const std::vector<inference::DenseLayer>& layers,
                 std::vector<safetensors::Tensor>& tensors);

/// At least one layer, the first of `inputs` inputs, the last of `outputs` outputs.
std::vector<inference::DenseLayer> read_layers(safetensors::TensorReader& reader,
                                               std::size_t inputs, std::size_t outputs);

/// Refuses a tensor with more units than predicting has memory for, or without any.
void check_units(std::size_t units, const std::string& tensor,
                 const safetensors::TensorReader& reader);

}  // namespace terse::model::decoder
