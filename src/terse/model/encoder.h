// The encoder of a model: from readings to the inputs of the decoder, codes or, in full precision,
// standardised readings. What the device computes of readings, it computes too.
#pragma once

#include <memory>
#include <span>

#include "terse/base/matrix.h"
#include "terse/model/model.h"

namespace terse::model {

/// Immutable after construction: safe from any thread. Keeps no reference to the model.
class Encoder {
 public:
  explicit Encoder(const Model& model);
  ~Encoder();
  Encoder(Encoder&&) noexcept;

  /// Whether encode() and standardise() take this row of R readings, as many as
  /// Model::readings(), as it may come from a float32 message: gaps only where the model has a
  /// level for them, categories within their number.
  bool takes(std::span<const float> readings) const;
  /// readings: rows x R, raw units, finite, but NaN where the model has a level for gaps;
  /// categories as their index. codes: rows x F, one for each feature, computed ones too.
  void encode(base::ConstMatrixView readings, std::span<quantize::Code> codes) const;
  /// readings: as above. inputs: rows x Shape::inputs.
  void standardise(base::ConstMatrixView readings, base::MatrixView inputs) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace terse::model
