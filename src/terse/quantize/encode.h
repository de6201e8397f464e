// The encoder: codes of many rows of readings at once, the hot path of servers and evaluation.
#pragma once

#include <memory>
#include <span>

#include "terse/base/matrix.h"
#include "terse/quantize/thresholds.h"

namespace terse::quantize {

/// Holds a copy of the thresholds in the order the kernels like. Immutable after construction: safe
/// from any thread.
class Encoder {
 public:
  /// Thresholds in any order, no NaN.
  explicit Encoder(const Thresholds& thresholds);
  ~Encoder();
  Encoder(Encoder&&) noexcept;

  /// readings: rows x F. codes: rows x F, row-major. Equal to code_of() for every reading, on every
  /// instruction set.
  void encode(base::ConstMatrixView readings, std::span<Code> codes) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::quantize
