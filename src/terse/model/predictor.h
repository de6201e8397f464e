// The predictor of a model: readings or codes in, predictions out. Workspaces are made once;
// predicting allocates nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "terse/base/matrix.h"
#include "terse/model/model.h"

namespace terse::model {

/// Safe for one thread at a time; make one per thread. Keeps no reference to the model.
class Predictor {
 public:
  explicit Predictor(const Model& model, std::size_t batch_rows_max = 1024);
  ~Predictor();
  Predictor(Predictor&&) noexcept;

  /// Numbers per row: 1, or the number of classes.
  std::size_t outputs() const;

  /// Whether predict() and encode() take this row of R readings, as many as Model::readings(),
  /// as it may come from a float32 message: gaps only where the model has a level for them,
  /// categories within their number.
  bool takes(std::span<const float> readings) const;

  /// readings: rows x R, raw units, finite, but NaN where the model has a level for gaps;
  /// categories as their index. predictions: rows x outputs(), raw target units, or the
  /// probability of each class.
  void predict(base::ConstMatrixView readings, std::span<float> predictions);
  /// codes: rows x F, each below its feature's levels. Not in full precision.
  void predict_codes(std::span<const quantize::Code> codes, std::size_t rows,
                     std::span<float> predictions);
  /// codes: rows x F.
  void encode(base::ConstMatrixView readings, std::span<quantize::Code> codes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::model
