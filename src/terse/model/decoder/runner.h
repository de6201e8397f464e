// A decoder at work: codes or standardised readings in, outputs out. The caller brings the products
// of dense layers (model/predictor.h takes oneDNN's), so that a program which only reads models,
// encodes or decodes messages links none.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "terse/base/matrix.h"
#include "terse/inference/parameters.h"
#include "terse/quantize/thresholds.h"

namespace terse::model::decoder {

/// Dense layers at work, for one thread at a time.
class Products {
 public:
  virtual ~Products() = default;
  /// input: rows x the first layer's inputs, overwritten. output: rows x the last layer's outputs.
  virtual void run(base::MatrixView input, std::span<float> output) = 0;
};

/// Of these layers, which are copied: ReLU between them and, if input_relu, on the first one's
/// input.
struct MakeProducts
    : std::function<std::unique_ptr<Products>(std::span<const inference::DenseLayer> layers,
                                              std::size_t batch_rows_max, bool input_relu)> {
  using function::function;
};

/// For one thread at a time; running allocates nothing. Keeps no reference to the decoder.
class Runner {
 public:
  virtual ~Runner() = default;

  /// codes: rows x F, each below its feature's levels; rows: as many as it was made for at most.
  /// outputs: rows x the decoder's outputs. Not in full precision.
  virtual void run_codes(const quantize::Code* codes, std::size_t rows, std::span<float> outputs);
  /// Full precision. inputs: rows x Shape::inputs, overwritten. outputs as above.
  virtual void run_inputs(base::MatrixView inputs, std::span<float> outputs);
};

/// From one row of floats to the next, so that rows do not fall on the same few sets of the
/// first-level cache, as rows a power of two apart would.
std::size_t row_stride(std::size_t columns);

}  // namespace terse::model::decoder
