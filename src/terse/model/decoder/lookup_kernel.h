// The look-up first layer: a row of sums per feature and code, added up.
#pragma once

#include <cstddef>
#include <cstdint>

namespace terse::model::decoder {

/// Output columns come in tiles of this many.
inline constexpr std::size_t lookup_tile_columns = 32;

#define TERSE_LOOKUP_KERNELS                                                                       \
  /* output row r = bias + sum over f of table row (offsets[f] + codes[r * features + f]). Tile t  \
     of table row i starts at table[i * row_stride + t * tile_stride], on a 64-byte boundary. bias \
     and each output row: tiles * lookup_tile_columns floats. If rows of a tile follow each other  \
     (row_stride = lookup_tile_columns), all rows go through a tile before the next one. */        \
  void add_table_rows(const float* table, std::size_t row_stride, std::size_t tile_stride,         \
                      std::size_t tiles, const std::uint32_t* offsets, std::size_t features,       \
                      const std::uint8_t* codes, std::size_t rows, const float* bias,              \
                      float* output, std::size_t output_stride);

namespace baseline {
TERSE_LOOKUP_KERNELS
}
#if defined(__x86_64__)
namespace avx2 {
TERSE_LOOKUP_KERNELS
}
namespace avx512 {
TERSE_LOOKUP_KERNELS
}
#endif
#undef TERSE_LOOKUP_KERNELS

}  // namespace terse::model::decoder
