// The decoder of a model: one of the kinds in this folder. A new kind is a file here and an
// alternative of Decoder; the compiler then names every visit that does not handle it.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "terse/model/decoder/full_precision.h"
#include "terse/model/decoder/integers.h"
#include "terse/model/decoder/lookup.h"
#include "terse/model/decoder/trees.h"

namespace terse::model::decoder {

/// A network and trees on the same codes whose outputs are added: several decoders, each weighed,
/// in one. Weights are part of the last layer and of the leaves.
struct Stack {
  static constexpr std::string_view name = "stack";
  static constexpr int format_version = 5;

  Lookup network;
  Trees trees;  ///< with as many outputs

  std::size_t outputs() const { return network.outputs(); }
  std::vector<safetensors::Tensor> tensors() const;
  std::unique_ptr<Runner> runner(const Shape& shape, std::size_t batch_rows_max,
                                 const MakeProducts& products) const;

  static bool stored_in(const safetensors::TensorReader& reader, const Shape& shape);
  /// Throws InputError naming the tensor.
  static Stack read(safetensors::TensorReader& reader, const Shape& shape);
};

/// No decoder here: the model holds the encoder alone, and what decodes runs elsewhere, such as an
/// ONNX file on an inference server.
struct External {
  static constexpr std::string_view name = "external";
  static constexpr int format_version = 8;
  /// What is said where a decoder is needed, and how to mend it.
  static constexpr const char* problem =
      "holds the encoder alone: its decoder, such as an ONNX file beside it, runs elsewhere";
  static constexpr const char* remedy =
      "decode with `terse serve` and its `predictor`, or run that file on the codes";

  std::size_t output_count = 1;

  std::size_t outputs() const { return output_count; }
  std::vector<safetensors::Tensor> tensors() const;
  /// Throws InputError: nothing runs here.
  std::unique_ptr<Runner> runner(const Shape& shape, std::size_t batch_rows_max,
                                 const MakeProducts& products) const;

  static bool stored_in(const safetensors::TensorReader& reader, const Shape& shape);
  static External read(safetensors::TensorReader& reader, const Shape& shape);
};

/// The first alternative that is stored_in() a file's tensors is read from them.
using Decoder = std::variant<External, Stack, Tabm, Trees, Integers, FullPrecision, Lookup>;

/// Outputs per row.
std::size_t outputs(const Decoder& decoder);

/// The kind of learner: "network", "tabm", "boosted", "stack", or "external".
std::string_view name(const Decoder& decoder);

/// The oldest version of the file format that knows such a decoder.
int format_version(const Decoder& decoder);

/// As the model file holds it, in this order.
std::vector<safetensors::Tensor> tensors(const Decoder& decoder);
/// The reverse. Throws InputError naming the reader's source and the tensor.
Decoder read(safetensors::TensorReader& reader, const Shape& shape);

/// The decoder at work. shape: of the model it belongs to. products: called for its dense layers;
/// trees and integer layers have none.
std::unique_ptr<Runner> runner(const Decoder& decoder, const Shape& shape,
                               std::size_t batch_rows_max, const MakeProducts& products);

}  // namespace terse::model::decoder
