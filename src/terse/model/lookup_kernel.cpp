#include "terse/model/lookup_kernel.h"

#include "terse/network/steps_vector.h"

namespace terse::model::TERSE_KERNEL {
namespace {

using network::TERSE_KERNEL::lanes;
using network::TERSE_KERNEL::load;
using network::TERSE_KERNEL::store;
using network::TERSE_KERNEL::Vector;

constexpr std::size_t width = lookup_tile_columns;
constexpr std::size_t vectors = width / lanes;
// Many sums at once hide the latency of additions and loads: of several rows, or of one row's
// tiles. 16 or 8 registers of them.
constexpr std::size_t rows_together = lanes == 16 ? 8 : lanes == 8 ? 2 : 1;
constexpr std::size_t tiles_together = rows_together;

/// What stays the same over all rows and tiles.
struct Table {
  const float* values;
  std::size_t tile_size;  ///< floats
  const std::uint32_t* offsets;
  std::size_t features;
};

// `rows` rows in `tiles` neighbouring tiles.
template <std::size_t rows, std::size_t tiles>
void add_rows(const Table& table, std::size_t tile, const std::uint8_t* codes, const float* bias,
              float* output, std::size_t output_stride) {
  Vector total[rows][tiles * vectors];
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t v = 0; v < tiles * vectors; ++v) {
      total[r][v] = load(bias + tile * width + v * lanes);
    }
  }
  const float* values = table.values + tile * table.tile_size;
  const std::size_t tile_size = table.tile_size;
  const std::size_t features = table.features;
  const std::uint32_t* offsets = table.offsets;
  for (std::size_t f = 0; f < features; ++f) {
    const float* feature = values + offsets[f] * width;
    for (std::size_t r = 0; r < rows; ++r) {
      const float* row = feature + codes[r * features + f] * width;
      for (std::size_t t = 0; t < tiles; ++t) {
        for (std::size_t v = 0; v < vectors; ++v) {
          total[r][t * vectors + v] += load(row + t * tile_size + v * lanes);
        }
      }
    }
  }
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t v = 0; v < tiles * vectors; ++v) {
      store(output + r * output_stride + tile * width + v * lanes, total[r][v]);
    }
  }
}

}  // namespace

void add_table_rows(const float* table, std::size_t table_rows, std::size_t tiles,
                    const std::uint32_t* offsets, std::size_t features, const std::uint8_t* codes,
                    std::size_t rows, const float* bias, float* output, std::size_t output_stride) {
  const Table shared{table, table_rows * width, offsets, features};
  const std::size_t whole = rows / rows_together * rows_together;
  for (std::size_t t = 0; t < tiles; ++t) {
    for (std::size_t r = 0; r < whole; r += rows_together) {
      add_rows<rows_together, 1>(shared, t, codes + r * features, bias, output + r * output_stride,
                                 output_stride);
    }
  }
  for (std::size_t r = whole; r < rows; ++r) {
    const std::uint8_t* code = codes + r * features;
    float* to = output + r * output_stride;
    std::size_t t = 0;
    for (; t + tiles_together <= tiles; t += tiles_together) {
      add_rows<1, tiles_together>(shared, t, code, bias, to, output_stride);
    }
    for (; t < tiles; ++t) add_rows<1, 1>(shared, t, code, bias, to, output_stride);
  }
}

}  // namespace terse::model::TERSE_KERNEL
