#include "terse/inference/activation_kernels.h"

#include "terse/simd/vector.h"

namespace terse::inference::TERSE_KERNEL {
namespace {

using simd::TERSE_KERNEL::lanes;
using simd::TERSE_KERNEL::load;
using simd::TERSE_KERNEL::sigmoid;
using simd::TERSE_KERNEL::store;
using simd::TERSE_KERNEL::sum;
using simd::TERSE_KERNEL::Vector;

typedef std::uint32_t WordVector __attribute__((vector_size(lanes * sizeof(float)), may_alias));

// Wellons' lowbias32, an integer finaliser found by search for low bias, with a second key word
// mixed in half way. x starts at index * golden + first key, which neighbours reach by adding.
constexpr std::uint32_t golden = 0x9E3779B9U;
template <typename Word>
inline Word hashed(Word x, std::uint32_t key_second) {
  x ^= x >> 16;
  x *= 0x7FEB352DU;
  x ^= (x >> 15) ^ key_second;
  x *= 0x846CA68BU;
  x ^= x >> 16;
  return x;
}

inline WordVector lane_numbers() {
  WordVector numbers{};
  for (std::size_t lane = 0; lane < lanes; ++lane) numbers[lane] = static_cast<std::uint32_t>(lane);
  return numbers;
}

// Written so that NaN stays NaN: a diverged training must show in the loss.
inline Vector rectified(Vector value) {
  return value < Vector{} ? Vector{} : value;
}
inline float rectified(float value) {
  return value < 0.0F ? 0.0F : value;
}

void activate_row(float* row, std::size_t units, const float* bias) {
  std::size_t u = 0;
  for (; u + lanes <= units; u += lanes) {
    store(row + u, rectified(load(row + u) + load(bias + u)));
  }
  for (; u < units; ++u) {
    row[u] = rectified(row[u] + bias[u]);
  }
}

void activate_row(float* row, std::uint32_t index, std::size_t units, const float* bias,
                  const Dropout& dropout) {
  const std::uint32_t start = index * golden + dropout.key_first;
  WordVector place = lane_numbers() * golden + start;
  std::size_t u = 0;
  for (; u + lanes <= units; u += lanes, place += golden * static_cast<std::uint32_t>(lanes)) {
    const WordVector hash = hashed(place, dropout.key_second);
    const Vector value = rectified(load(row + u) + load(bias + u)) * dropout.scale;
    store(row + u, hash < dropout.drop_below ? Vector{} : value);
  }
  for (; u < units; ++u) {
    const std::uint32_t hash =
        hashed(start + static_cast<std::uint32_t>(u) * golden, dropout.key_second);
    const float value = rectified(row[u] + bias[u]) * dropout.scale;
    row[u] = hash < dropout.drop_below ? 0.0F : value;
  }
}

}  // namespace

void activate(const Activations& to, const float* bias, const Dropout& dropout) {
  for (std::size_t r = 0; r < to.rows; ++r) {
    float* row = to.values + r * to.stride;
    if (dropout.drop_below == 0) {
      activate_row(row, to.units, bias);
    } else {
      // Wraps around for batches beyond 2^32 activations, where repeating is harmless.
      const auto index = static_cast<std::uint32_t>((to.first_row + r) * to.units);
      activate_row(row, index, to.units, bias, dropout);
    }
  }
}

void activate_backward(const Activations& gradient, const float* outputs, float scale) {
  for (std::size_t r = 0; r < gradient.rows; ++r) {
    float* row = gradient.values + r * gradient.stride;
    const float* output = outputs + r * gradient.stride;
    std::size_t u = 0;
    for (; u + lanes <= gradient.units; u += lanes) {
      const Vector value = load(row + u) * scale;
      store(row + u, load(output + u) > Vector{} ? value : Vector{});
    }
    for (; u < gradient.units; ++u) row[u] = output[u] > 0.0F ? row[u] * scale : 0.0F;
  }
}

void sum_columns(const float* values, std::size_t rows, std::size_t stride, std::size_t units,
                 float* sums) {
  std::size_t u = 0;
  for (; u + 4 * lanes <= units; u += 4 * lanes) {
    Vector total[4] = {};
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t i = 0; i < 4; ++i) total[i] += load(values + r * stride + u + i * lanes);
    }
    for (std::size_t i = 0; i < 4; ++i) store(sums + u + i * lanes, total[i]);
  }
  for (; u < units; ++u) {
    float total = 0.0F;
    for (std::size_t r = 0; r < rows; ++r) total += values[r * stride + u];
    sums[u] = total;
  }
}

void add_steps(const float* readings, std::size_t count, float threshold, float rate, float* sums) {
  for (std::size_t i = 0; i < count; i += lanes) {
    store(sums + i, load(sums + i) + sigmoid((load(readings + i) - threshold) * rate));
  }
}

float step_gradient(const float* readings, std::size_t count, float threshold, float rate,
                    const float* gradients) {
  Vector total{};
  for (std::size_t i = 0; i < count; i += lanes) {
    const Vector step = sigmoid((load(readings + i) - threshold) * rate);
    total += step * (1.0F - step) * load(gradients + i);
  }
  return sum(total);
}

}  // namespace terse::inference::TERSE_KERNEL
