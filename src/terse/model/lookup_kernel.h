// The look-up first layer: a row of sums per feature and code, added up.
#pragma once

#include <cstddef>
#include <cstdint>

namespace terse::model {

#define TERSE_LOOKUP_KERNELS                                                                       \
  /* output row r = bias + sum over f of table row (offsets[f] + codes[r * features + f]). Rows of \
     the table, bias and output are `stride` floats, a multiple of 16. */                          \
  void add_table_rows(const float* table, std::size_t stride, const std::uint32_t* offsets,        \
                      std::size_t features, const std::uint8_t* codes, std::size_t rows,           \
                      const float* bias, float* output);

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
