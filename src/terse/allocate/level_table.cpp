#include "terse/allocate/level_table.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/quantize/encode.h"

namespace terse::allocate {
namespace {

// The threshold of an input that is far from it (special_inputs.h of room train).
constexpr float between = 0.0F;

// The feature's levels between thresholds, from one weight per threshold in any order.
void add_numeric_rows(const inference::Parameters& parameters, std::size_t feature,
                      LevelTable& table, std::size_t row) {
  const base::Matrix& weights = parameters.layers.front().weights;
  const auto values = parameters.thresholds.of(feature);
  const std::vector<std::size_t> order = base::ascending(values);
  std::vector<float> sorted;
  std::vector<double> sums(table.units());
  const std::size_t begin = parameters.thresholds.offsets[feature];
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    sorted.push_back(values[order[rank]]);
    auto level = table.rows.row(row + rank + 1);
    for (std::size_t u = 0; u < sums.size(); ++u) {
      sums[u] += static_cast<double>(weights(u, begin + order[rank]));
      level[u] = static_cast<float>(sums[u]);
    }
  }
  table.thresholds.add_feature(sorted);
}

}  // namespace

std::size_t LevelTable::first_row(std::size_t feature) const {
  std::size_t row = 0;
  for (std::size_t f = 0; f < feature; ++f) row += levels(f);
  return row;
}

std::vector<std::size_t> LevelTable::levels() const {
  std::vector<std::size_t> result;
  for (std::size_t f = 0; f < features(); ++f) result.push_back(levels(f));
  return result;
}

std::size_t LevelTable::special_levels() const {
  std::size_t count = 0;
  for (const FeatureShape& shape : shapes) count += shape.special;
  return count;
}

LevelTable level_table(const inference::Parameters& parameters, std::vector<FeatureShape> shapes) {
  const inference::DenseLayer& first = parameters.layers.front();
  TERSE_CHECK(first.weights.columns() == parameters.thresholds.values.size());
  LevelTable table;
  table.shapes = std::move(shapes);
  table.bias = first.bias;
  table.layers.assign(parameters.layers.begin() + 1, parameters.layers.end());
  const std::size_t features = table.features();
  std::size_t rows = 0;
  for (std::size_t f = 0; f < features; ++f) {
    rows += table.shapes[f].special +
            (table.shapes[f].categorical ? 0 : parameters.thresholds.count(f) + 1);
  }
  table.rows = base::Matrix(rows, first.bias.size());
  std::size_t row = 0;
  std::size_t column = parameters.thresholds.offsets[features];
  for (std::size_t f = 0; f < features; ++f) {
    add_numeric_rows(parameters, f, table, row);
    row += table.numeric_levels(f);
    for (std::size_t k = 0; k < table.shapes[f].special; ++k, ++row, ++column) {
      for (std::size_t u = 0; u < table.units(); ++u) {
        table.rows(row, u) = first.weights(u, column);
      }
    }
  }
  return table;
}

LevelTable level_table(const inference::Parameters& parameters) {
  return level_table(parameters, std::vector<FeatureShape>(parameters.thresholds.features()));
}

inference::Parameters parameters(const LevelTable& table) {
  inference::Parameters result;
  result.thresholds = table.thresholds;
  const std::size_t special = table.special_levels();
  for (std::size_t k = 0; k < special; ++k) result.thresholds.add_feature({&between, 1});
  inference::DenseLayer first;
  const std::size_t units = table.units();
  first.weights = base::Matrix(units, result.thresholds.values.size());
  std::vector<double> bias(table.bias.begin(), table.bias.end());
  std::size_t row = 0;
  std::size_t column = table.thresholds.values.size();
  for (std::size_t f = 0; f < table.features(); ++f) {
    const std::size_t begin = table.thresholds.offsets[f];
    const std::size_t numeric = table.numeric_levels(f);
    // The lowest level's row goes into the bias, and so out of all the feature's other rows.
    for (std::size_t u = 0; u < units; ++u) {
      const float lowest = numeric > 0 ? table.rows(row, u) : 0.0F;
      bias[u] += static_cast<double>(lowest);
      for (std::size_t j = 1; j < numeric; ++j) {
        first.weights(u, begin + j - 1) = table.rows(row + j, u) - table.rows(row + j - 1, u);
      }
      for (std::size_t k = 0; k < table.shapes[f].special; ++k) {
        first.weights(u, column + k) = table.rows(row + numeric + k, u) - lowest;
      }
    }
    row += table.levels(f);
    column += table.shapes[f].special;
  }
  first.bias.assign(bias.begin(), bias.end());
  result.layers.push_back(std::move(first));
  result.layers.insert(result.layers.end(), table.layers.begin(), table.layers.end());
  return result;
}

std::vector<std::size_t> level_counts(const LevelTable& table,
                                      std::span<const quantize::Code> codes) {
  std::vector<std::size_t> first;
  for (std::size_t f = 0; f < table.features(); ++f) first.push_back(table.first_row(f));
  std::vector<std::size_t> counts(table.rows.rows());
  for (std::size_t i = 0; i < codes.size(); ++i) {
    ++counts[first[i % first.size()] + codes[i]];
  }
  return counts;
}

std::vector<quantize::Code> codes_of(const LevelTable& table, base::ConstMatrixView inputs) {
  const std::size_t features = table.features();
  TERSE_CHECK(inputs.columns == features + table.special_levels());
  std::vector<quantize::Code> codes(inputs.rows * features);
  quantize::Encoder(table.thresholds)
      .encode({inputs.data, inputs.rows, features, inputs.stride}, codes);
  std::size_t column = features;
  for (std::size_t f = 0; f < features; ++f) {
    const std::size_t numeric = table.numeric_levels(f);
    for (std::size_t k = 0; k < table.shapes[f].special; ++k, ++column) {
      for (std::size_t r = 0; r < inputs.rows; ++r) {
        if (inputs(r, column) > between) {
          codes[r * features + f] = static_cast<quantize::Code>(numeric + k);
        }
      }
    }
  }
  return codes;
}

}  // namespace terse::allocate
