// The steps layer in double precision, straight from its definition.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/quantize/thresholds.h"
#include "terse/training/adam.h"

namespace terse::training {

/// Parameters with their Adam state, weights units x thresholds, all row-major.
struct ReferenceSteps {
  std::size_t units = 0;
  bool soft = true;
  std::vector<std::uint32_t> offsets;
  std::vector<double> thresholds, weights;
  std::vector<double> threshold_moments[2], weight_moments[2];

  std::vector<double> output;  ///< rows x units
  std::vector<double> weight_gradient, threshold_gradient;
  /// What the most influential reading adds to a threshold's gradient if it lies on the threshold.
  double threshold_gradient_scale = 0.0;

  ReferenceSteps(const quantize::Thresholds& start, base::ConstMatrixView start_weights,
                 bool is_soft)
      : units(start_weights.rows),
        soft(is_soft),
        offsets(start.offsets),
        thresholds(start.values.begin(), start.values.end()),
        weights(start_weights.data,
                start_weights.data + start_weights.rows * start_weights.columns) {
    for (auto& moments : threshold_moments) moments.assign(thresholds.size(), 0.0);
    for (auto& moments : weight_moments) moments.assign(weights.size(), 0.0);
  }

  double step(double x, std::size_t j, double temperature) const {
    if (!soft) return x > thresholds[j] ? 1.0 : 0.0;
    return 1.0 / (1.0 + std::exp(-(x - thresholds[j]) / temperature));
  }

  void forward(base::ConstMatrixView inputs, std::span<const std::uint32_t> rows,
               double temperature) {
    output.assign(rows.size() * units, 0.0);
    for_each_step(inputs, rows, temperature, [&](std::size_t i, std::size_t j, double s) {
      for (std::size_t h = 0; h < units; ++h) {
        output[i * units + h] += s * weights[h * thresholds.size() + j];
      }
    });
  }

  void gradients(base::ConstMatrixView inputs, std::span<const std::uint32_t> rows,
                 double temperature, base::ConstMatrixView output_gradient) {
    weight_gradient.assign(weights.size(), 0.0);
    threshold_gradient.assign(thresholds.size(), 0.0);
    threshold_gradient_scale = 0.0;
    for_each_step(inputs, rows, temperature, [&](std::size_t i, std::size_t j, double s) {
      double product = 0.0;
      for (std::size_t h = 0; h < units; ++h) {
        const double g = output_gradient(i, h);
        weight_gradient[h * thresholds.size() + j] += s * g;
        product += g * weights[h * thresholds.size() + j];
      }
      if (!soft) return;
      threshold_gradient[j] -= s * (1.0 - s) / temperature * product;
      threshold_gradient_scale =
          std::max(threshold_gradient_scale, 0.25 / temperature * std::abs(product));
    });
  }

  void update(std::uint64_t step_number, double rate, double threshold_rate) {
    adam(step_number, rate, weight_gradient, weight_moments, weights);
    if (soft) adam(step_number, threshold_rate, threshold_gradient, threshold_moments, thresholds);
  }

 private:
  template <typename Use>
  void for_each_step(base::ConstMatrixView inputs, std::span<const std::uint32_t> rows,
                     double temperature, const Use& use) const {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t f = 0; f + 1 < offsets.size(); ++f) {
        for (std::size_t j = offsets[f]; j < offsets[f + 1]; ++j) {
          use(i, j, step(inputs(rows[i], f), j, temperature));
        }
      }
    }
  }

  // Kingma and Ba 2015, algorithm 1, letter by letter.
  static void adam(std::uint64_t step_number, double rate, const std::vector<double>& gradient,
                   std::vector<double> (&moments)[2], std::vector<double>& values) {
    const auto t = static_cast<double>(step_number);
    for (std::size_t i = 0; i < values.size(); ++i) {
      moments[0][i] = 0.9 * moments[0][i] + 0.1 * gradient[i];
      moments[1][i] = 0.999 * moments[1][i] + 0.001 * gradient[i] * gradient[i];
      const double first = moments[0][i] / (1.0 - std::pow(0.9, t));
      const double second = moments[1][i] / (1.0 - std::pow(0.999, t));
      values[i] -= rate * first / (std::sqrt(second) + 1e-8);
    }
  }
};

}  // namespace terse::training
