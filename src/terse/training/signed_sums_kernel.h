// Sums of parts with a sign each, for the submodels of TabM: what one product gave, in parts,
// turned into what each submodel sees of it, and the way back of gradients.
#pragma once

#include <cstddef>

namespace terse::training {

#define TERSE_SIGNED_SUM_KERNELS                                                                  \
  /* to[s][u] = sum over g of signs[s][g] * parts[g * stride + u], s < count, u < units. */       \
  void signed_sums(const float* parts, std::size_t stride, std::size_t groups, std::size_t units, \
                   const float* const* signs, float* const* to, std::size_t count);               \
  /* parts[g * units + u] = sum over s of signs[s][g] * from[s][u], s < count. */                 \
  void signed_parts(const float* const* from, const float* const* signs, std::size_t count,       \
                    std::size_t groups, std::size_t units, float* parts);

namespace baseline {
TERSE_SIGNED_SUM_KERNELS
}
#if defined(__x86_64__)
namespace avx2 {
TERSE_SIGNED_SUM_KERNELS
}
namespace avx512 {
TERSE_SIGNED_SUM_KERNELS
}
#endif
#undef TERSE_SIGNED_SUM_KERNELS

}  // namespace terse::training
