// The networks of the trainer in plain double loops, written from the method's definitions: an
// independent reference for losses and, by central differences, for gradients.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/training/trainer.h"

namespace terse::training::reference {

/// Parameters in double, so that differences of 1e-6 are visible.
struct Network {
  InputLayer input = InputLayer::values;
  std::vector<std::uint32_t> offsets;
  std::vector<double> thresholds;
  struct Layer {
    std::size_t inputs, outputs;
    std::vector<double> weights, bias;  // weights: outputs x inputs
  };
  std::vector<Layer> layers;

  Network(InputLayer input_layer, const inference::Parameters& parameters)
      : input(input_layer),
        offsets(parameters.thresholds.offsets),
        thresholds(parameters.thresholds.values.begin(), parameters.thresholds.values.end()) {
    for (const inference::DenseLayer& layer : parameters.layers) {
      const auto values = layer.weights.values();
      layers.push_back({layer.weights.columns(),
                        layer.weights.rows(),
                        {values.begin(), values.end()},
                        {layer.bias.begin(), layer.bias.end()}});
    }
  }

  std::vector<double> first_inputs(std::span<const float> reading, double temperature) const {
    if (input == InputLayer::values) return {reading.begin(), reading.end()};
    std::vector<double> result;
    for (std::size_t f = 0; f < reading.size(); ++f) {
      double sum = 0.0;
      for (std::size_t j = offsets[f]; j < offsets[f + 1]; ++j) {
        const double difference = static_cast<double>(reading[f]) - thresholds[j];
        const double step = input == InputLayer::hard_steps
                                ? (difference > 0.0 ? 1.0 : 0.0)
                                : 1.0 / (1.0 + std::exp(-difference / temperature));
        sum += step;
        if (input != InputLayer::soft_sum) result.push_back(step);
      }
      if (input == InputLayer::soft_sum) result.push_back(sum);
    }
    return result;
  }

  double predict(std::span<const float> reading, double temperature) const {
    return outputs(reading, temperature).front();
  }

  std::vector<double> outputs(std::span<const float> reading, double temperature) const {
    std::vector<double> values = first_inputs(reading, temperature);
    for (std::size_t l = 0; l < layers.size(); ++l) {
      std::vector<double> next(layers[l].outputs);
      for (std::size_t o = 0; o < next.size(); ++o) {
        double sum = layers[l].bias[o];
        for (std::size_t i = 0; i < values.size(); ++i) {
          sum += layers[l].weights[o * layers[l].inputs + i] * values[i];
        }
        next[o] = l + 1 < layers.size() && sum < 0.0 ? 0.0 : sum;
      }
      values = std::move(next);
    }
    return values;
  }

  double loss(base::ConstMatrixView inputs, std::span<const float> targets,
              std::span<const std::uint32_t> rows, double temperature) const {
    double sum = 0.0;
    for (const std::uint32_t row : rows) {
      const double error =
          predict(inputs.row(row), temperature) - static_cast<double>(targets[row]);
      sum += error * error;
    }
    return sum / static_cast<double>(rows.size());
  }

  /// Mean over rows of weights[class] * -log(softmax[class]), as its definition has it.
  double cross_entropy(base::ConstMatrixView inputs, std::span<const float> classes,
                       std::span<const float> weights, std::span<const std::uint32_t> rows,
                       double temperature) const {
    double sum = 0.0;
    for (const std::uint32_t row : rows) {
      const std::vector<double> scores = outputs(inputs.row(row), temperature);
      double total = 0.0;
      for (const double score : scores) total += std::exp(score);
      const auto target = static_cast<std::size_t>(classes[row]);
      const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[target]);
      sum -= weight * std::log(std::exp(scores[target]) / total);
    }
    return sum / static_cast<double>(rows.size());
  }
};

/// d loss / d parameter by a central difference; parameter points into `network`.
template <typename Loss>
double central_difference(double& parameter, const Loss& loss) {
  constexpr double step = 1e-6;
  const double kept = parameter;
  parameter = kept + step;
  const double above = loss();
  parameter = kept - step;
  const double below = loss();
  parameter = kept;
  return (above - below) / (2.0 * step);
}

}  // namespace terse::training::reference
