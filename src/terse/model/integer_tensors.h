// A compressed network as the tensors of a model file (docs/model-format.md).
#pragma once

#include <string>
#include <vector>

#include "terse/model/model.h"
#include "terse/model/safetensors.h"

namespace terse::model {

/// Whose presence says that the network is compressed.
inline constexpr const char* integer_bits_tensor = "integer.bits";

/// Everything of table and layers, the biases included; packed integers stand last.
std::vector<Tensor> integer_tensors(const Model& model);

/// Fills table_bias, integer_layers, and from them table and layers, of a model whose features are
/// known. Throws InputError naming `source` and the tensor.
void read_integer_layers(const Container& container, Model& model, const std::string& source);

/// The names of the tensors that read_integer_layers reads.
std::vector<std::string> integer_tensor_names(const Model& model);

/// Makes table and layers, whose biases stay, what the integers stand for. layers: as many as the
/// integers ask for.
void set_integer_layers(Model& model, std::vector<IntegerLayer> integer_layers);

}  // namespace terse::model
