// A quantizer of single readings before the first linear layer, which learns with it: one value per
// feature goes in, one comes out.
#pragma once

#include <cstdint>
#include <span>

#include "terse/base/matrix.h"
#include "terse/inference/parameters.h"
#include "terse/training/adam.h"
#include "terse/training/team.h"

namespace terse::training {

class InputQuantizer {
 public:
  virtual ~InputQuantizer() = default;

  /// Collective, each member its share of features: output[i, f] from input rows[i].
  virtual void forward(const Member& member, std::span<const std::uint32_t> rows, float temperature,
                       base::MatrixView output) = 0;
  /// Collective, after forward: the gradient of this member's parameters from d loss / d output,
  /// all rows.
  virtual void backward(const Member& member, std::size_t rows, float temperature,
                        base::ConstMatrixView output_gradient) = 0;
  /// Collective, after backward: Adam on this member's parameters.
  virtual void update(const Member& member, const AdamStep& adam) = 0;

  /// The parameters that learn, feature after feature, and their gradient after backward.
  virtual std::span<const float> learned() const = 0;
  virtual std::span<const float> gradient() const = 0;
  /// learned().size() numbers.
  virtual void set_learned(std::span<const float> values) = 0;

  /// Thresholds and values as they are once training is over (no soft step is left).
  virtual void harden(inference::Parameters& parameters) const = 0;
};

}  // namespace terse::training
