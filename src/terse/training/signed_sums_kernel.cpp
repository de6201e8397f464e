#include "terse/training/signed_sums_kernel.h"

#include "terse/simd/vector.h"

namespace terse::training::TERSE_KERNEL {
namespace {

using simd::TERSE_KERNEL::lanes;
using simd::TERSE_KERNEL::load;
using simd::TERSE_KERNEL::store;
using simd::TERSE_KERNEL::Vector;

// Sums of several submodels at once share each load of a part.
template <std::size_t together>
void sums_together(const float* parts, std::size_t stride, std::size_t groups, std::size_t units,
                   const float* const* signs, float* const* to) {
  std::size_t u = 0;
  for (; u + lanes <= units; u += lanes) {
    Vector total[together] = {};
    for (std::size_t g = 0; g < groups; ++g) {
      const Vector part = load(parts + g * stride + u);
      for (std::size_t s = 0; s < together; ++s) total[s] += signs[s][g] * part;
    }
    for (std::size_t s = 0; s < together; ++s) store(to[s] + u, total[s]);
  }
  for (; u < units; ++u) {
    for (std::size_t s = 0; s < together; ++s) {
      float total = 0.0F;
      for (std::size_t g = 0; g < groups; ++g) total += signs[s][g] * parts[g * stride + u];
      to[s][u] = total;
    }
  }
}

}  // namespace

void signed_sums(const float* parts, std::size_t stride, std::size_t groups, std::size_t units,
                 const float* const* signs, float* const* to, std::size_t count) {
  std::size_t s = 0;
  for (; s + 4 <= count; s += 4) sums_together<4>(parts, stride, groups, units, signs + s, to + s);
  for (; s < count; ++s) sums_together<1>(parts, stride, groups, units, signs + s, to + s);
}

void signed_parts(const float* const* from, const float* const* signs, std::size_t count,
                  std::size_t groups, std::size_t units, float* parts) {
  std::size_t u = 0;
  for (; u + lanes <= units; u += lanes) {
    for (std::size_t g = 0; g < groups; ++g) {
      Vector total{};
      for (std::size_t s = 0; s < count; ++s) total += signs[s][g] * load(from[s] + u);
      store(parts + g * units + u, total);
    }
  }
  for (; u < units; ++u) {
    for (std::size_t g = 0; g < groups; ++g) {
      float total = 0.0F;
      for (std::size_t s = 0; s < count; ++s) total += signs[s][g] * from[s][u];
      parts[g * units + u] = total;
    }
  }
}

}  // namespace terse::training::TERSE_KERNEL
