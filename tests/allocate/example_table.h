// A small network of random weights for the tests of room allocate, and what it computes by its
// definition.
#pragma once

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "terse/allocate/level_table.h"
#include "terse/base/random.h"

namespace terse::allocate {

/// Three features with 2, 0 and 3 thresholds (unsorted), 4 units, one hidden layer after them.
inline inference::Parameters example_parameters() {
  base::Random random(3);
  inference::Parameters result;
  result.thresholds.add_feature(std::vector<float>{0.5F, -0.5F});
  result.thresholds.add_feature({});
  result.thresholds.add_feature(std::vector<float>{0.25F, 1.0F, -1.0F});
  const std::vector<std::pair<std::size_t, std::size_t>> shapes = {{4, 5}, {3, 4}, {1, 3}};
  for (const auto& [outputs, inputs] : shapes) {
    inference::DenseLayer layer{base::Matrix(outputs, inputs), std::vector<float>(outputs)};
    for (float& weight : layer.weights.values()) weight = static_cast<float>(random.normal());
    for (float& bias : layer.bias) bias = static_cast<float>(random.normal());
    result.layers.push_back(std::move(layer));
  }
  return result;
}

/// rows x 3, standard normal.
inline base::Matrix example_inputs(std::size_t rows) {
  base::Random random(4);
  base::Matrix inputs(rows, 3);
  for (float& value : inputs.values()) value = static_cast<float>(random.normal());
  return inputs;
}

/// A number with two thresholds and a level for gaps, then four categories; 4 units, one layer.
inline LevelTable example_special_table() {
  base::Random random(6);
  LevelTable table;
  table.thresholds.add_feature(std::vector<float>{-0.5F, 0.5F});
  table.thresholds.add_feature({});
  table.shapes = {{.categorical = false, .special = 1, .other = false, .missing = true},
                  {.categorical = true, .special = 4, .other = false, .missing = false}};
  table.rows = base::Matrix(8, 4);
  for (float& value : table.rows.values()) value = static_cast<float>(random.normal());
  table.bias = {0.1F, -0.2F, 0.3F, 0.0F};
  inference::DenseLayer layer{base::Matrix(1, 4), {0.5F}};
  for (float& weight : layer.weights.values()) weight = static_cast<float>(random.normal());
  table.layers = {layer};
  return table;
}

/// One feature and one unit, so that rows are numbers.
inline LevelTable of_numbers(const std::vector<float>& thresholds, FeatureShape shape,
                             const std::vector<float>& rows) {
  LevelTable table;
  table.thresholds.add_feature(thresholds);
  table.shapes = {shape};
  table.rows = base::Matrix(rows.size(), 1);
  std::copy(rows.begin(), rows.end(), table.rows.values().begin());
  table.bias = {0.0F};
  return table;
}

/// As room train makes them: two columns, then one for the gaps and one per category, far above 0
/// where it applies; the number is then far below.
inline base::Matrix example_special_inputs(std::size_t rows) {
  base::Random random(7);
  base::Matrix inputs(rows, 7);
  for (std::size_t r = 0; r < rows; ++r) {
    for (float& value : inputs.row(r)) value = -64.0F;
    const bool gap = random.uniform() < 0.2;
    inputs(r, 0) = gap ? -70.0F : static_cast<float>(random.normal());
    inputs(r, 1) = -64.0F;
    if (gap) inputs(r, 2) = 64.0F;
    inputs(r, 3 + random.below(4)) = 64.0F;
  }
  return inputs;
}

/// One input per threshold, in double.
inline double prediction_by_definition(const inference::Parameters& parameters,
                                       std::span<const float> reading) {
  std::vector<double> values;
  for (std::size_t f = 0; f < parameters.thresholds.features(); ++f) {
    for (const float threshold : parameters.thresholds.of(f)) {
      values.push_back(reading[f] > threshold ? 1.0 : 0.0);
    }
  }
  for (std::size_t l = 0; l < parameters.layers.size(); ++l) {
    const inference::DenseLayer& layer = parameters.layers[l];
    std::vector<double> next;
    for (std::size_t o = 0; o < layer.bias.size(); ++o) {
      double sum = static_cast<double>(layer.bias[o]);
      for (std::size_t i = 0; i < values.size(); ++i) {
        sum += static_cast<double>(layer.weights(o, i)) * values[i];
      }
      next.push_back(l + 1 < parameters.layers.size() ? std::max(0.0, sum) : sum);
    }
    values = next;
  }
  return values.front();
}

/// Mean squared error by that definition.
inline double loss_by_definition(const inference::Parameters& parameters,
                                 const base::Matrix& inputs, std::span<const float> targets) {
  double sum = 0.0;
  for (std::size_t r = 0; r < inputs.rows(); ++r) {
    const double error =
        prediction_by_definition(parameters, inputs.row(r)) - static_cast<double>(targets[r]);
    sum += error * error;
  }
  return sum / static_cast<double>(inputs.rows());
}

}  // namespace terse::allocate
