// The look-up table of a decoder at work, laid out for the caches: a row of sums per feature and
// code, added up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/quantize/thresholds.h"

namespace terse::model::decoder {

/// Immutable after construction: safe from any thread.
class LookupTable {
 public:
  /// The layout of the table in memory: one row after the other, or cut into tiles of some columns,
  /// each holding all rows. What a batch reads again and again then fits a near cache.
  enum class Order { rows, tiles };

  /// table: (sum of levels) x units, feature after feature; bias: units.
  LookupTable(base::ConstMatrixView table, std::span<const float> bias,
              std::span<const std::size_t> levels);
  LookupTable(base::ConstMatrixView table, std::span<const float> bias,
              std::span<const std::size_t> levels, Order order);

  /// Columns that add() writes: the units, rounded up to whole tiles.
  std::size_t columns() const { return bias_.size(); }
  /// codes: rows x F, each below its feature's levels. output: rows x columns(), on any stride;
  /// what is beyond the units is zero. The order of the table does not change a bit of it.
  void add(const quantize::Code* codes, std::size_t rows, float* output,
           std::size_t output_stride) const;

 private:
  std::size_t row_stride_ = 0;
  std::size_t tile_stride_ = 0;
  base::AlignedVector<float> values_;
  std::vector<std::uint32_t> offsets_;  ///< first table row of each feature
  base::AlignedVector<float> bias_;
};

}  // namespace terse::model::decoder
