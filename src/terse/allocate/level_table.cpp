#include "terse/allocate/level_table.h"

#include <algorithm>
#include <numeric>

#include "terse/error.h"
#include "terse/quantize/encode.h"

namespace terse::allocate {

std::vector<std::size_t> LevelTable::levels() const {
  std::vector<std::size_t> result;
  for (std::size_t f = 0; f < features(); ++f) result.push_back(thresholds.levels(f));
  return result;
}

LevelTable level_table(const network::Parameters& parameters) {
  const network::DenseLayer& first = parameters.layers.front();
  const quantize::Thresholds& trained = parameters.thresholds;
  TERSE_CHECK(first.weights.columns() == trained.values.size());
  LevelTable table;
  table.bias = first.bias;
  table.layers.assign(parameters.layers.begin() + 1, parameters.layers.end());
  const std::size_t units = first.weights.rows();
  table.rows = Matrix(trained.values.size() + trained.features(), units);
  for (std::size_t f = 0; f < trained.features(); ++f) {
    const auto values = trained.of(f);
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<float> sorted;
    std::vector<double> sums(units);
    const std::size_t begin = trained.offsets[f];
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
      sorted.push_back(values[order[rank]]);
      auto row = table.rows.row(begin + f + rank + 1);
      for (std::size_t u = 0; u < units; ++u) {
        sums[u] += static_cast<double>(first.weights(u, begin + order[rank]));
        row[u] = static_cast<float>(sums[u]);
      }
    }
    table.thresholds.add_feature(sorted);
  }
  return table;
}

network::Parameters parameters(const LevelTable& table) {
  network::Parameters result;
  result.thresholds = table.thresholds;
  network::DenseLayer first;
  const std::size_t units = table.units();
  first.weights = Matrix(units, table.thresholds.values.size());
  std::vector<double> bias(table.bias.begin(), table.bias.end());
  for (std::size_t f = 0; f < table.features(); ++f) {
    const std::size_t row = table.first_row(f);
    const std::size_t begin = table.thresholds.offsets[f];
    for (std::size_t u = 0; u < units; ++u) {
      bias[u] += static_cast<double>(table.rows(row, u));
      for (std::size_t j = 0; j < table.thresholds.count(f); ++j) {
        first.weights(u, begin + j) = table.rows(row + j + 1, u) - table.rows(row + j, u);
      }
    }
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
  for (const LevelGroups& group : groups) rows += group.back() + 1;
  result.rows = Matrix(rows, table.units());
  std::size_t out = 0;
  for (std::size_t f = 0; f < table.features(); ++f) {
    const LevelGroups& group = groups[f];
    const auto thresholds = table.thresholds.of(f);
    TERSE_CHECK(group.size() == thresholds.size() + 1);
    std::vector<float> kept;
    for (std::size_t begin = 0; begin < group.size();) {
      std::size_t end = begin + 1;
      while (end < group.size() && group[end] == group[begin]) ++end;
      if (end < group.size()) kept.push_back(thresholds[end - 1]);
      const std::size_t first = table.first_row(f) + begin;
      std::size_t total = 0;
      for (std::size_t k = 0; k < end - begin; ++k) total += counts[first + k];
      auto row = result.rows.row(out++);
      for (std::size_t u = 0; u < row.size(); ++u) {
        double sum = 0.0;
        for (std::size_t k = 0; k < end - begin; ++k) {
          const double weight = total > 0 ? static_cast<double>(counts[first + k]) : 1.0;
          sum += weight * static_cast<double>(table.rows(first + k, u));
        }
        row[u] = static_cast<float>(
            sum / (total > 0 ? static_cast<double>(total) : static_cast<double>(end - begin)));
      }
      begin = end;
    }
    result.thresholds.add_feature(kept);
  }
  return result;
}

std::vector<std::size_t> level_counts(const LevelTable& table,
                                      std::span<const quantize::Code> codes) {
  std::vector<std::size_t> counts(table.rows.rows());
  const std::size_t features = table.features();
  for (std::size_t i = 0; i < codes.size(); ++i) {
    ++counts[table.first_row(i % features) + codes[i]];
  }
  return counts;
}

std::vector<quantize::Code> codes_of(const LevelTable& table, ConstMatrixView inputs) {
  std::vector<quantize::Code> codes(inputs.rows * inputs.columns);
  quantize::Encoder(table.thresholds).encode(inputs, codes);
  return codes;
}

}  // namespace terse::allocate
