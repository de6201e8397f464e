// The scalars of the steps layer: exponentials, sigmoids and Adam over plain arrays.
#include "terse/simd/vector.h"
#include "terse/training/steps_kernels.h"

namespace terse::training::TERSE_KERNEL {
namespace {

using simd::TERSE_KERNEL::exponential;
using simd::TERSE_KERNEL::lanes;
using simd::TERSE_KERNEL::load;
using simd::TERSE_KERNEL::sigmoid;
using simd::TERSE_KERNEL::sine_cosine;
using simd::TERSE_KERNEL::smaller;
using simd::TERSE_KERNEL::splat;
using simd::TERSE_KERNEL::square_root;
using simd::TERSE_KERNEL::store;
using simd::TERSE_KERNEL::sum;
using simd::TERSE_KERNEL::Vector;

// The exponents l_k of the fit in steps_program.cpp: two real ones, two complex pairs.
constexpr float rate_real[2] = {1.0000551611473083F, 1.9590576952724859F};
constexpr float rate_pair[2] = {2.5627310380606945F, 3.1399022643880645F};
constexpr float frequency_pair[2] = {0.6431771770587795F, 2.065313930615712F};

// Beyond this all terms are below 1e-26 and the sine's argument stays small.
constexpr float gap_max = 60.0F;

}  // namespace

void fill_terms(const float* gaps, std::size_t count, float* terms, std::size_t stride) {
  for (std::size_t i = 0; i < count; i += lanes) {
    const Vector gap = smaller(load(gaps + i), splat(gap_max));
    for (std::size_t k = 0; k < 2; ++k) {
      store(terms + k * stride + i, exponential(gap * -rate_real[k]));
      Vector sine;
      Vector cosine;
      sine_cosine(gap * frequency_pair[k], sine, cosine);
      const Vector size = exponential(gap * -rate_pair[k]);
      store(terms + (2 + 2 * k) * stride + i, size * cosine);
      store(terms + (3 + 2 * k) * stride + i, size * sine);
    }
  }
}

void fill_outputs(const float* gaps, std::size_t count, const StepsCoefficients& coefficients,
                  float* outputs, std::size_t stride) {
  const float* c = coefficients.value;
  for (std::size_t i = 0; i < count; i += lanes) {
    const Vector gap = smaller(load(gaps + i), splat(gap_max));
    for (std::size_t k = 0; k < 2; ++k) {
      store(outputs + k * stride + i, c[k] * exponential(gap * -rate_real[k]));
      Vector sine;
      Vector cosine;
      sine_cosine(gap * frequency_pair[k], sine, cosine);
      const Vector size = exponential(gap * -rate_pair[k]);
      const float a = c[2 + 2 * k];
      const float b = c[3 + 2 * k];
      store(outputs + (2 + 2 * k) * stride + i, size * (a * cosine + b * sine));
      store(outputs + (3 + 2 * k) * stride + i, size * (b * cosine - a * sine));
    }
  }
}

void fill_steps(const float* z, std::size_t count, float* steps, float* derivatives) {
  for (std::size_t i = 0; i < count; i += lanes) {
    const Vector step = sigmoid(load(z + i));
    store(steps + i, step);
    if (derivatives != nullptr) store(derivatives + i, step * (1.0F - step));
  }
}

void fill_step_row(const float* x, std::size_t count, float threshold, float rate, bool soft,
                   float* steps) {
  for (std::size_t i = 0; i < count; i += lanes) {
    const Vector difference = load(x + i) - threshold;
    const Vector one = splat(1.0F);
    store(steps + i, soft ? sigmoid(difference * rate) : (difference > Vector{} ? one : Vector{}));
  }
}

float derivative_dot(const float* steps, const float* products, std::size_t count) {
  Vector total{};
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Vector step = load(steps + i);
    total += step * (1.0F - step) * load(products + i);
  }
  float rest = 0.0F;
  for (; i < count; ++i) rest += steps[i] * (1.0F - steps[i]) * products[i];
  return sum(total) + rest;
}

void adam_update(float* weights, float* first_moment, float* second_moment, const float* gradient,
                 std::size_t count, float step_size, float root_scale, float keep) {
  const auto one = [&](auto g, auto& m, auto& v, auto& w, auto root) {
    m += 0.1F * (g - m);
    v += 0.001F * (g * g - v);
    w = keep * w - step_size * m / (root(v) * root_scale + 1e-8F);
  };
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    Vector m = load(first_moment + i);
    Vector v = load(second_moment + i);
    Vector w = load(weights + i);
    one(load(gradient + i), m, v, w, [](Vector x) { return square_root(x); });
    store(first_moment + i, m);
    store(second_moment + i, v);
    store(weights + i, w);
  }
  for (; i < count; ++i) {
    one(gradient[i], first_moment[i], second_moment[i], weights[i],
        [](float x) { return __builtin_sqrtf(x); });
  }
}

}  // namespace terse::training::TERSE_KERNEL
