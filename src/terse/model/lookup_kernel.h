// The look-up first layer: a row of sums per feature and code, added up.
//
// The table is cut into tiles of lookup_tile_columns columns, each tile holding all rows one after
// the other: what a batch reads again and again then fits a near cache, and rows do not fall on the
// same few of its sets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace terse::model {

inline constexpr std::size_t lookup_tile_columns = 32;

#define TERSE_LOOKUP_KERNELS                                                                      \
  /* output row r = bias + sum over f of table row (offsets[f] + codes[r * features + f]). table: \
     [tile][row][column], table_rows rows, 64-byte aligned. bias and each output row: tiles *     \
     lookup_tile_columns floats; output rows are output_stride apart. */                          \
  void add_table_rows(const float* table, std::size_t table_rows, std::size_t tiles,              \
                      const std::uint32_t* offsets, std::size_t features,                         \
                      const std::uint8_t* codes, std::size_t rows, const float* bias,             \
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

}  // namespace terse::model
