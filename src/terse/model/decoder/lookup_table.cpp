#include "terse/model/decoder/lookup_table.h"

#include <algorithm>
#include <numeric>

#include "terse/base/error.h"
#include "terse/model/decoder/lookup_kernel.h"
#include "terse/quantize/thresholds.h"
#include "terse/simd/dispatch.h"

namespace terse::model::decoder {
namespace {

constexpr std::size_t tile_columns = lookup_tile_columns;

// Batches of 32 and 1024 rows, first layer alone, tiles against rows (bench/predict_bench, one Zen
// 5 core, AVX-512): 81 features of 2 bits 1.7 times as fast, of 4 bits 1.0 and 1.2, 21 of 4
// bits 1.0 and 1.15; but 8 features 0.8 to 0.9, as there is little to read again, and 81 features
// of 8 bits, whose tile of 2.6 MB fits no near cache, 0.7. Single rows do not care.
constexpr std::size_t features_for_tiles = 10;
constexpr std::size_t tile_bytes_max = std::size_t{512} << 10;  // half of a second-level cache

LookupTable::Order order_for(std::size_t rows, std::size_t features) {
  const std::size_t tile_bytes = rows * tile_columns * sizeof(float);
  const bool tiles = features >= features_for_tiles && tile_bytes <= tile_bytes_max;
  return tiles ? LookupTable::Order::tiles : LookupTable::Order::rows;
}

}  // namespace

LookupTable::LookupTable(base::ConstMatrixView table, std::span<const float> bias,
                         std::span<const std::size_t> levels)
    : LookupTable(table, bias, levels, order_for(table.rows, levels.size())) {}

LookupTable::LookupTable(base::ConstMatrixView table, std::span<const float> bias,
                         std::span<const std::size_t> levels, Order order) {
  TERSE_CHECK(bias.size() == table.columns);
  const std::size_t tiles = (table.columns + tile_columns - 1) / tile_columns;
  row_stride_ = order == Order::rows ? tiles * tile_columns : tile_columns;
  tile_stride_ = order == Order::rows ? tile_columns : table.rows * tile_columns;
  values_.resize(tiles * table.rows * tile_columns);
  for (std::size_t row = 0; row < table.rows; ++row) {
    for (std::size_t unit = 0; unit < table.columns; ++unit) {
      values_[row * row_stride_ + unit / tile_columns * tile_stride_ + unit % tile_columns] =
          table(row, unit);
    }
  }
  TERSE_CHECK(std::accumulate(levels.begin(), levels.end(), std::size_t{0}) == table.rows);
  offsets_ = quantize::first_rows(levels);
  bias_.resize(tiles * tile_columns);
  std::ranges::copy(bias, bias_.begin());
}

void LookupTable::add(const quantize::Code* codes, std::size_t rows, float* output,
                      std::size_t output_stride) const {
  TERSE_DISPATCH(add_table_rows)
  (values_.data(), row_stride_, tile_stride_, bias_.size() / tile_columns, offsets_.data(),
   offsets_.size(), codes, rows, bias_.data(), output, output_stride);
}

}  // namespace terse::model::decoder
