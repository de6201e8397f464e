// A network of integer layers at work: codes in, outputs of the last layer out, everything between
// in integers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/model/decoder/fixed_point.h"
#include "terse/model/decoder/integer_layer.h"
#include "terse/quantize/thresholds.h"

namespace terse::model::decoder {

/// For one thread at a time; predicting allocates nothing.
///
/// Against the same network in exact arithmetic (sums of rounded weights, activations rounded to
/// the nearest of 256 steps) an activation differs by at most one step, where the exact value lies
/// within 2^-6 of the middle between two. Results are the same for every instruction set.
class IntegerNetwork {
 public:
  /// levels: per feature; their sum is the number of the table's rows.
  IntegerNetwork(std::span<const IntegerLayer> layers, std::span<const std::size_t> levels,
                 std::size_t batch_rows_max);

  /// codes: rows x F, each below its feature's levels; rows <= batch_rows_max. outputs: rows x
  /// the last layer's outputs (standardised target, or scores of classes).
  void run(const quantize::Code* codes, std::size_t rows, std::span<float> outputs);

  /// The same as whole numbers: predictions in the target's unit, or scores. form: of this network.
  void run_fixed(const quantize::Code* codes, std::size_t rows, const FixedPointOutputs& form,
                 std::span<std::int32_t> outputs);

  /// What the weights, scales and layouts take in memory.
  std::size_t bytes() const;

 private:
  /// A layer after the table, and what leads to its inputs.
  struct Dense {
    base::AlignedVector<std::int8_t> weights;
    std::size_t groups = 0;
    std::size_t tiles = 0;
    bool narrow = false;
  };
  struct Channels {
    std::size_t columns = 0;  ///< whole tiles
    int guard = 0;
    base::AlignedVector<std::int32_t> bias;
    base::AlignedVector<std::int32_t> limit;
    base::AlignedVector<std::int32_t> multiplier;
    base::AlignedVector<std::int32_t> shift;
  };

  void add_dense(const IntegerLayer& layer);
  void add_channels(std::span<const IntegerLayer> layers, std::span<const std::size_t> levels,
                    std::size_t layer);
  /// Leaves the last layer's sums in sums_; the numbers of a row there.
  std::size_t sum(const quantize::Code* codes, std::size_t rows);

  std::size_t outputs_ = 0;
  std::size_t stride_ = 0;  ///< of a row of activations
  bool vnni_ = false;
  base::AlignedVector<std::int8_t> table_;
  std::size_t table_columns_ = 0;
  std::vector<std::uint32_t> offsets_;
  std::vector<Dense> layers_;
  std::vector<Channels> channels_;  ///< channels_[l] lead from layer l to l + 1
  std::vector<double> output_units_;
  std::vector<float> output_bias_;
  base::AlignedVector<std::int32_t> sums_;
  base::AlignedVector<std::uint8_t> activations_;
};

}  // namespace terse::model::decoder
