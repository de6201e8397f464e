#include "terse/network/gemm.h"

#include <oneapi/dnnl/dnnl.h>

#include "terse/error.h"

namespace terse::network {

// dnnl_sgemm and not the matmul primitive: on two Zen 5 cores it reaches 205 to 237 GF/s per thread
// for every shape of a training step from 32 to 1024 units, transposed or not, and needs no
// primitive per shape.
void multiply(std::size_t rows, std::size_t columns, std::size_t inner, Factor a, Factor b,
              float keep, float* result, std::size_t result_stride) {
  const auto size = [](std::size_t value) { return static_cast<dnnl_dim_t>(value); };
  const dnnl_status_t status = dnnl_sgemm(
      a.transposed ? 'T' : 'N', b.transposed ? 'T' : 'N', size(rows), size(columns), size(inner),
      1.0F, a.data, size(a.stride), b.data, size(b.stride), keep, result, size(result_stride));
  TERSE_CHECK(status == dnnl_success);
}

}  // namespace terse::network
