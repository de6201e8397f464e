// Vectors of the width of the instruction set, and the few functions of them that kernels need. For
// kernel files only: everything is in the namespace TERSE_KERNEL and nothing comes from std::.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace terse::simd::TERSE_KERNEL {

#if defined(__AVX512F__)
inline constexpr std::size_t lanes = 16;
inline constexpr std::size_t tile_vectors = 2;
#elif defined(__AVX2__)
inline constexpr std::size_t lanes = 8;
inline constexpr std::size_t tile_vectors = 1;
#else
inline constexpr std::size_t lanes = 4;
inline constexpr std::size_t tile_vectors = 1;
#endif

/// Of a register.
typedef float Vector __attribute__((vector_size(lanes * sizeof(float)), may_alias));
typedef float LooseVector
    __attribute__((vector_size(lanes * sizeof(float)), may_alias, aligned(sizeof(float))));
typedef std::int32_t IntVector __attribute__((vector_size(lanes * sizeof(float)), may_alias));

/// `lanes` floats from an address of any alignment.
static inline Vector load(const float* from) {
  return *reinterpret_cast<const LooseVector*>(from);
}
/// To an address of any alignment.
static inline void store(float* to, Vector value) {
  *reinterpret_cast<LooseVector*>(to) = value;
}
/// The value in every lane.
static inline Vector splat(float value) {
  // x - 0 and not 0 + x: the compiler may drop the former, also for x = -0.
  return value - Vector{};
}
/// Lane by lane; the second where either is NaN.
static inline Vector smaller(Vector a, Vector b) {
  return a < b ? a : b;
}
/// Lane by lane; the second where either is NaN.
static inline Vector larger(Vector a, Vector b) {
  return a > b ? a : b;
}
/// Of all lanes.
static inline float sum(Vector value) {
  // Halves onto each other: a chain of log2(lanes) additions, not of lanes.
#if defined(__AVX512F__)
  value +=
      __builtin_shufflevector(value, value, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  value +=
      __builtin_shufflevector(value, value, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  value +=
      __builtin_shufflevector(value, value, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
#elif defined(__AVX2__)
  value += __builtin_shufflevector(value, value, 4, 5, 6, 7, 0, 1, 2, 3);
  value += __builtin_shufflevector(value, value, 2, 3, 0, 1, 6, 7, 4, 5);
#else
  value += __builtin_shufflevector(value, value, 2, 3, 0, 1);
#endif
  return value[0] + value[1];
}

/// Correctly rounded, lane by lane.
static inline Vector square_root(Vector value) {
#if defined(__AVX512F__)
  // The unmasked form starts from an undefined register, which GCC 12 warns about.
  return _mm512_maskz_sqrt_ps(0xFFFF, value);
#elif defined(__AVX2__)
  return _mm256_sqrt_ps(value);
#elif defined(__SSE2__)
  return _mm_sqrt_ps(value);
#else
  Vector root;
  for (std::size_t lane = 0; lane < lanes; ++lane) root[lane] = __builtin_sqrtf(value[lane]);
  return root;
#endif
}

/// exp(x) to about 1 ulp for x in [-87, 88]; values outside are moved to the nearest end. Range
/// reduction by ln 2 in two parts, then the Taylor polynomial on +-0.35 (remainder below 2e-8).
static inline Vector exponential(Vector x) {
  x = smaller(larger(x, splat(-87.0F)), splat(88.0F));
  const Vector rounding = splat(12582912.0F);  // 1.5 * 2^23: the sum's last bit is worth 1
  const Vector n = (x * 1.442695041F + rounding) - rounding;
  const Vector r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  Vector p = splat(1.0F / 5040.0F);
  p = p * r + 1.0F / 720.0F;
  p = p * r + 1.0F / 120.0F;
  p = p * r + 1.0F / 24.0F;
  p = p * r + 1.0F / 6.0F;
  p = p * r + 0.5F;
  p = p * r + 1.0F;
  p = p * r + 1.0F;
  const IntVector exponent = (__builtin_convertvector(n, IntVector) + 127) << 23;
  return p * reinterpret_cast<const Vector&>(exponent);
}

/// Sine and cosine to about 1e-7 for 0 <= x <= 200. Reduction by pi/2 in three parts.
static inline void sine_cosine(Vector x, Vector& sine, Vector& cosine) {
  const Vector rounding = splat(12582912.0F);
  const Vector n = (x * 0.636619772F + rounding) - rounding;
  const Vector r = ((x - n * 1.5703125F) - n * 4.837512969970703125e-4F) - n * 7.549789954e-8F;
  const Vector r2 = r * r;
  Vector s = splat(-1.0F / 5040.0F) + r2 * (1.0F / 362880.0F);
  s = s * r2 + 1.0F / 120.0F;
  s = s * r2 - 1.0F / 6.0F;
  s = s * r2 * r + r;
  Vector c = splat(1.0F / 40320.0F) - r2 * (1.0F / 3628800.0F);
  c = c * r2 - 1.0F / 720.0F;
  c = c * r2 + 1.0F / 24.0F;
  c = c * r2 - 0.5F;
  c = c * r2 + 1.0F;
  const IntVector quadrant = __builtin_convertvector(n, IntVector);
  const IntVector odd = (quadrant & 1) != 0;
  const Vector first = odd ? c : s;
  const Vector second = odd ? s : c;
  sine = (quadrant & 2) != 0 ? -first : first;
  cosine = ((quadrant + 1) & 2) != 0 ? -second : second;
}

/// 1 / (1 + exp(-z)), with exponential().
static inline Vector sigmoid(Vector z) {
  return 1.0F / (1.0F + exponential(-z));
}

}  // namespace terse::simd::TERSE_KERNEL
