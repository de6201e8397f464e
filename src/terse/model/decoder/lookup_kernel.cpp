#include "terse/model/decoder/lookup_kernel.h"

#include "terse/simd/vector.h"

namespace terse::model::decoder::TERSE_KERNEL {
namespace {

using simd::TERSE_KERNEL::lanes;
using simd::TERSE_KERNEL::load;
using simd::TERSE_KERNEL::store;
using simd::TERSE_KERNEL::Vector;

constexpr std::size_t width = lookup_tile_columns;
constexpr std::size_t vectors = width / lanes;
// Many sums at once hide the latency of additions and loads: of several rows, or of one row's
// tiles. 16 or 8 registers of them.
constexpr std::size_t together = lanes == 16 ? 8 : lanes == 8 ? 2 : 1;

/// What stays the same over all rows and tiles.
struct Table {
  const float* values;
  std::size_t row_stride;
  std::size_t tile_stride;
  const std::uint32_t* offsets;
  std::size_t features;
};

// `rows` rows in `tiles` neighbouring tiles. packed: rows of a tile follow each other, a distance
// known to the compiler.
template <bool packed, std::size_t rows, std::size_t tiles>
void add_rows(const Table& table, std::size_t tile, const std::uint8_t* codes, const float* bias,
              float* output, std::size_t output_stride) {
  Vector total[rows][tiles * vectors];
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t v = 0; v < tiles * vectors; ++v) {
      total[r][v] = load(bias + tile * width + v * lanes);
    }
  }
  const float* values = table.values + tile * table.tile_stride;
  const std::size_t row_stride = packed ? width : table.row_stride;
  const std::size_t tile_stride = table.tile_stride;
  const std::size_t features = table.features;
  const std::uint32_t* offsets = table.offsets;
  for (std::size_t f = 0; f < features; ++f) {
    const float* feature = values + offsets[f] * row_stride;
    for (std::size_t r = 0; r < rows; ++r) {
      const float* row = feature + codes[r * features + f] * row_stride;
      for (std::size_t t = 0; t < tiles; ++t) {
        for (std::size_t v = 0; v < vectors; ++v) {
          total[r][t * vectors + v] += load(row + t * tile_stride + v * lanes);
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

void add_table_rows(const float* table, std::size_t row_stride, std::size_t tile_stride,
                    std::size_t tiles, const std::uint32_t* offsets, std::size_t features,
                    const std::uint8_t* codes, std::size_t rows, const float* bias, float* output,
                    std::size_t output_stride) {
  const Table shared{table, row_stride, tile_stride, offsets, features};
  std::size_t done = 0;
  if (row_stride == width) {
    done = rows / together * together;
    for (std::size_t t = 0; t < tiles; ++t) {
      for (std::size_t r = 0; r < done; r += together) {
        add_rows<true, together, 1>(shared, t, codes + r * features, bias,
                                    output + r * output_stride, output_stride);
      }
    }
  }
  for (std::size_t r = done; r < rows; ++r) {
    const std::uint8_t* code = codes + r * features;
    float* to = output + r * output_stride;
    std::size_t t = 0;
    for (; t + together <= tiles; t += together) {
      add_rows<false, 1, together>(shared, t, code, bias, to, output_stride);
    }
    for (; t + 2 <= tiles; t += 2) add_rows<false, 1, 2>(shared, t, code, bias, to, output_stride);
    for (; t < tiles; ++t) add_rows<false, 1, 1>(shared, t, code, bias, to, output_stride);
  }
}

}  // namespace terse::model::decoder::TERSE_KERNEL
