#include "terse/allocate/level_table.h"

#include <algorithm>

#include "terse/allocate/merge_order.h"
#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/quantize/encode.h"

namespace terse::allocate {
namespace {

// The threshold of an input that is far from it (special_inputs.h of room train).
constexpr float between = 0.0F;

// Of the special level's column among the inputs.
std::size_t first_special(const LevelTable& table, std::size_t feature) {
  std::size_t column = table.features();
  for (std::size_t f = 0; f < feature; ++f) column += table.shapes[f].special;
  return column;
}

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

std::size_t group_count(const LevelGroups& groups) {
  return 1 + *std::max_element(groups.begin(), groups.end());
}

// Thresholds and shape of one feature after its merge.
void merge_shape(const LevelTable& table, std::size_t feature, const LevelGroups& groups,
                 LevelTable& result) {
  const std::size_t numeric = table.numeric_levels(feature);
  const std::size_t count = group_count(groups);
  std::vector<float> kept;
  FeatureShape shape = table.shapes[feature];
  if (count == 1) {
    shape = {};
  } else {
    const auto thresholds = table.thresholds.of(feature);
    for (std::size_t k = 1; k < numeric; ++k) {
      if (groups[k] != groups[k - 1]) kept.push_back(thresholds[k - 1]);
    }
    const std::size_t special = count - (numeric > 0 ? kept.size() + 1 : 0);
    shape.other = shape.other || special < shape.special;
    shape.special = special;
  }
  result.thresholds.add_feature(kept);
  result.shapes.push_back(shape);
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

LevelTable merged(const LevelTable& table, std::span<const LevelGroups> groups,
                  std::span<const std::size_t> counts) {
  TERSE_CHECK(groups.size() == table.features() && counts.size() == table.rows.rows());
  LevelTable result;
  result.bias = table.bias;
  result.layers = table.layers;
  std::size_t rows = 0;
  for (const LevelGroups& group : groups) rows += group_count(group);
  result.rows = base::Matrix(rows, table.units());
  std::size_t out = 0;
  std::size_t first = 0;
  for (std::size_t f = 0; f < table.features(); ++f) {
    TERSE_CHECK(groups[f].size() == table.levels(f));
    merge_shape(table, f, groups[f], result);
    std::vector<std::vector<std::size_t>> members(group_count(groups[f]));
    for (std::size_t k = 0; k < groups[f].size(); ++k) members[groups[f][k]].push_back(first + k);
    for (const auto& member : members) {
      const MeanRow mean(table, member, counts);
      std::ranges::copy(mean.values, result.rows.row(out++).begin());
    }
    first += table.levels(f);
  }
  return result;
}

base::Matrix merged_inputs(const LevelTable& table, std::span<const LevelGroups> groups,
                           base::ConstMatrixView inputs) {
  const std::size_t features = table.features();
  // Per special column after the merge the columns before it.
  std::vector<std::vector<std::size_t>> sources;
  for (std::size_t f = 0; f < features; ++f) {
    const std::size_t count = group_count(groups[f]);
    if (count == 1) continue;
    const std::size_t numeric = table.numeric_levels(f);
    const std::size_t numeric_after = numeric > 0 ? groups[f][numeric - 1] + 1 : 0;
    const std::size_t begin = sources.size();
    sources.resize(begin + count - numeric_after);
    for (std::size_t k = numeric; k < groups[f].size(); ++k) {
      sources[begin + groups[f][k] - numeric_after].push_back(first_special(table, f) + k -
                                                              numeric);
    }
  }
  base::Matrix result(inputs.rows, features + sources.size());
  for (std::size_t r = 0; r < inputs.rows; ++r) {
    for (std::size_t f = 0; f < features; ++f) result(r, f) = inputs(r, f);
    for (std::size_t s = 0; s < sources.size(); ++s) {
      float& value = result(r, features + s);
      value = inputs(r, sources[s].front());
      for (const std::size_t column : sources[s]) value = std::max(value, inputs(r, column));
    }
  }
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
