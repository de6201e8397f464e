// The passes over activations between the products of a training step, one set per instruction set.
#pragma once

#include <cstddef>
#include <cstdint>

namespace terse::inference {

/// Which activations are dropped is a hash of (key, row, unit), so it does not depend on threads or
/// vectors.
struct Dropout {
  std::uint32_t key_first = 0;  ///< two words, new for every step and layer
  std::uint32_t key_second = 0;
  std::uint32_t drop_below =
      0;               ///< dropped if the hash is below: probability * 2^32; 0: nothing is dropped
  float scale = 1.0F;  ///< of the survivors, 1 / (1 - probability)
};

/// Rows of `units` floats, `stride` apart; first_row is the batch row of the first one.
struct Activations {
  float* values;
  std::size_t stride;
  std::size_t first_row;
  std::size_t rows;
  std::size_t units;
};

#define TERSE_ACTIVATION_KERNELS                                                                 \
  /* values = dropout(max(0, values + bias)) */                                                  \
  void activate(const Activations& to, const float* bias, const Dropout& dropout);               \
  /* gradient = outputs > 0 ? gradient * scale : 0; outputs as activate() left them */           \
  void activate_backward(const Activations& gradient, const float* outputs, float scale);        \
  /* sums[u] = sum over rows of values[row * stride + u] */                                      \
  void sum_columns(const float* values, std::size_t rows, std::size_t stride, std::size_t units, \
                   float* sums);                                                                 \
  /* sums[i] += sigmoid((readings[i] - threshold) * rate) */                                     \
  void add_steps(const float* readings, std::size_t count, float threshold, float rate,          \
                 float* sums);                                                                   \
  /* sum_i s (1 - s) gradients[i], s as above */                                                 \
  float step_gradient(const float* readings, std::size_t count, float threshold, float rate,     \
                      const float* gradients);

namespace baseline {
TERSE_ACTIVATION_KERNELS
}
#if defined(__x86_64__)
namespace avx2 {
TERSE_ACTIVATION_KERNELS
}
namespace avx512 {
TERSE_ACTIVATION_KERNELS
}
#endif
#undef TERSE_ACTIVATION_KERNELS

}  // namespace terse::inference
