// Adam (Kingma and Ba 2015, algorithm 1) in the form PyTorch uses, with the decoupled weight decay
// of AdamW (Loshchilov and Hutter 2019, algorithm 2), applied where a gradient is produced so that
// no gradient needs to pass through memory twice.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace terse::training {

/// The numbers of one step t = 1, 2, ...: parameter = keep * parameter - step_size * m / (sqrt(v) *
/// root_scale + epsilon), with m += (1 - beta1) (g - m) and v += (1 - beta2) (g^2 - v).
struct AdamStep {
  float step_size;    ///< learning rate / (1 - beta1^t)
  float root_scale;   ///< 1 / sqrt(1 - beta2^t)
  float keep = 1.0F;  ///< 1 - learning rate * weight decay

  static constexpr double beta1 = 0.9;
  static constexpr double beta2 = 0.999;
  static constexpr float epsilon = 1e-8F;
  // Written as literals: 1 - 0.999f is 5e-5 off, and Adam then leaves PyTorch's path within 16
  // steps.
  static constexpr float one_minus_beta1 = 0.1F;
  static constexpr float one_minus_beta2 = 0.001F;

  static AdamStep at(std::uint64_t step, double learning_rate, double weight_decay = 0.0) {
    const auto t = static_cast<double>(step);
    return {static_cast<float>(learning_rate / (1.0 - std::pow(beta1, t))),
            static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(beta2, t))),
            static_cast<float>(1.0 - learning_rate * weight_decay)};
  }
  /// At another learning rate, for what does not decay.
  AdamStep scaled(float factor) const { return {step_size * factor, root_scale}; }
  /// For biases: their size costs nothing.
  AdamStep without_decay() const { return {step_size, root_scale}; }
};

}  // namespace terse::training
