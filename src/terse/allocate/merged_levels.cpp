#include "terse/allocate/merged_levels.h"

#include <algorithm>

#include "terse/base/error.h"

namespace terse::allocate {
namespace {

// Of the special level's column among the inputs.
std::size_t first_special(const LevelTable& table, std::size_t feature) {
  std::size_t column = table.features();
  for (std::size_t f = 0; f < feature; ++f) column += table.shapes[f].special;
  return column;
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

MeanRow::MeanRow(const LevelTable& table, std::span<const std::size_t> rows,
                 std::span<const std::size_t> counts)
    : values(table.units()) {
  for (const std::size_t row : rows) count += static_cast<double>(counts[row]);
  for (const std::size_t row : rows) {
    const double share = count > 0.0 ? static_cast<double>(counts[row]) / count
                                     : 1.0 / static_cast<double>(rows.size());
    const auto level = table.rows.row(row);
    for (std::size_t u = 0; u < values.size(); ++u) {
      values[u] += share * static_cast<double>(level[u]);
    }
  }
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

}  // namespace terse::allocate
