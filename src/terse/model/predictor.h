// Readings or codes in, predictions out. Workspaces are made once; predicting allocates nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "terse/matrix.h"
#include "terse/model/model.h"

namespace terse::model {

/// Safe for one thread at a time; make one per thread. Keeps no reference to the model.
class Predictor {
 public:
  explicit Predictor(const Model& model, std::size_t batch_rows_max = 1024);
  ~Predictor();
  Predictor(Predictor&&) noexcept;

  /// readings: rows x F, raw units, finite. predictions: rows, raw target units.
  void predict(ConstMatrixView readings, std::span<float> predictions);
  /// codes: rows x F, each below its feature's levels. Not in full precision.
  void predict_codes(std::span<const quantize::Code> codes, std::size_t rows,
                     std::span<float> predictions);
  /// codes: rows x F.
  void encode(ConstMatrixView readings, std::span<quantize::Code> codes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::model
