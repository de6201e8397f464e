// The layers after the first, for prediction only: weights packed once, no allocation per call.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "terse/base/matrix.h"
#include "terse/inference/parameters.h"

namespace terse::inference {

/// Applies layers in order, ReLU between them (and, if input_relu, on the input of the first one,
/// which is the sum the look-up or first linear layer produced). Safe for one thread at a time;
/// make one per thread.
class Inference {
 public:
  Inference(std::span<const DenseLayer> layers, std::size_t batch_rows_max, bool input_relu = true);
  ~Inference();
  Inference(Inference&&) noexcept;

  /// input: rows x first layer's inputs, rows <= batch_rows_max; overwritten (ReLU is applied in
  /// place). output: rows x last layer's outputs, row-major. A row's result does not depend on the
  /// others in the batch beyond float rounding.
  void run(base::MatrixView input, std::span<float> output);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::inference
