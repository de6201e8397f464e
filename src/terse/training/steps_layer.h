// The first linear layer of the bitwise methods, fused with its steps: Y = S W with
// S[r, j] = sigmoid((x[r, f(j)] - t_j) / temperature) (soft) or [x > t_j] (hard), one column per
// threshold j, and the gradients of W and t. S is rows x (all thresholds) and mostly 0 or 1, so it
// is only materialised where that is the cheapest way: three exact-to-float paths, chosen per step
// by predicted cost; between the last two, per feature.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "terse/base/matrix.h"
#include "terse/quantize/thresholds.h"
#include "terse/training/adam.h"
#include "terse/training/steps_options.h"
#include "terse/training/team.h"

namespace terse::training {

/// The destination of the gradients when they are wanted instead of an update (tests, other
/// optimisers).
struct StepsGradients {
  base::Matrix weights;  ///< units x (all thresholds): d loss / d W, in DenseLayer's layout
  std::vector<float> thresholds;  ///< d loss / d t
};

/// Not copyable; all member functions marked "collective" must be called by every member of the
/// team with the same arguments, and contain the barriers they need, except that the caller
/// provides one before each call.
class StepsLayer {
 public:
  /// inputs: all training rows x F, standardised; it must outlive the layer (its per-feature ranks
  /// are computed here, once). weights: units x (all thresholds).
  StepsLayer(const StepsLayerOptions& options, base::ConstMatrixView inputs,
             const quantize::Thresholds& thresholds, base::ConstMatrixView weights,
             unsigned threads);
  ~StepsLayer();

  /// Collective. output[i, :] = steps of row rows[i] times W (no bias); output: rows.size() x
  /// (groups * units), of each group the sum over its features. Complete for every member at
  /// return.
  void forward(Member& member, std::span<const std::uint32_t> rows, float temperature,
               base::MatrixView output);

  /// Collective, after forward with the same rows and temperature. output_gradient: d loss / d
  /// output, rows.size() x (groups * units), complete for every row when called. Updates weights
  /// and thresholds with Adam.
  void backward(Member& member, std::span<const std::uint32_t> rows, float temperature,
                base::ConstMatrixView output_gradient, const AdamStep& adam);

  /// Collective. As backward, but nothing is updated: the gradients are written (by member 0's
  /// shares and the others').
  void gradients(Member& member, std::span<const std::uint32_t> rows, float temperature,
                 base::ConstMatrixView output_gradient, StepsGradients& result);

  /// The thresholds as trained, in the order given at construction (they may have crossed).
  quantize::Thresholds thresholds() const;
  /// units x (all thresholds).
  base::Matrix weights() const;
  /// The path the last forward took (for most thresholds, if they differed).
  StepsPath last_path() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::training
