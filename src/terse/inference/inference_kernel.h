// A row times a matrix, for batches too small for a blocked product.
#pragma once

#include <cstddef>

namespace terse::inference {

#define TERSE_INFERENCE_KERNELS                                                                    \
  /* result[o] = bias[o] + sum over i of row[i] * weights[i * outputs + o]. Zeros in row, which    \
     ReLU leaves plenty of, cost little. */                                                        \
  void multiply_row(const float* row, std::size_t inputs, const float* weights, const float* bias, \
                    std::size_t outputs, float* result);

namespace baseline {
TERSE_INFERENCE_KERNELS
}
#if defined(__x86_64__)
namespace avx2 {
TERSE_INFERENCE_KERNELS
}
namespace avx512 {
TERSE_INFERENCE_KERNELS
}
#endif
#undef TERSE_INFERENCE_KERNELS

}  // namespace terse::inference
