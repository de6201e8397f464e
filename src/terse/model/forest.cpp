#include "terse/model/forest.h"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "terse/base/error.h"

namespace terse::model {
namespace {

constexpr float lowest = -32768.0F;
constexpr float highest = 32767.0F;

}  // namespace

std::int16_t forest_input(const ForestInput& input, float reading) {
  // A difference, then a product: no compiler makes one operation of these two, and each is
  // rounded to float32 alike in every language.
  const float scaled = (reading - input.offset) * input.scale;
  if (!(scaled > lowest)) return std::numeric_limits<std::int16_t>::min();
  if (scaled >= highest) return std::numeric_limits<std::int16_t>::max();
  const auto whole = static_cast<std::int32_t>(scaled);
  return static_cast<std::int16_t>(whole - (scaled < static_cast<float>(whole) ? 1 : 0));
}

std::int32_t forest_sum(const Forest& forest, std::span<const std::int16_t> inputs) {
  const std::size_t splits = (std::size_t{1} << forest.depth) - 1;
  std::int32_t sum = 0;
  for (std::size_t tree = 0; tree < forest.trees(); ++tree) {
    std::size_t node = 0;
    while (node < splits) {
      const std::size_t at = tree * splits + node;
      node = 2 * node + (inputs[forest.nodes[at]] > forest.thresholds[at] ? 2 : 1);
    }
    sum += forest.leaves[tree * (splits + 1) + node - splits];
  }
  return sum;
}

void add_forest_sums(const Forest& forest, base::ConstMatrixView readings, base::MatrixView sums) {
  TERSE_CHECK(readings.rows <= forest_rows && sums.rows == readings.rows && sums.columns == 1);
  const std::size_t rows = readings.rows;
  // Input after input, so that a node reads neighbours.
  std::vector<std::int16_t> columns(forest.inputs.size() * forest_rows);
  for (std::size_t i = 0; i < forest.inputs.size(); ++i) {
    std::int16_t* column = columns.data() + i * forest_rows;
    for (std::size_t row = 0; row < rows; ++row) {
      column[row] = forest_input(forest.inputs[i], readings(row, forest.inputs[i].feature));
    }
  }
  const std::size_t splits = (std::size_t{1} << forest.depth) - 1;
  std::array<std::int32_t, forest_rows> totals{};
  for (std::size_t tree = 0; tree < forest.trees(); ++tree) {
    const std::uint8_t* nodes = forest.nodes.data() + tree * splits;
    const std::int16_t* thresholds = forest.thresholds.data() + tree * splits;
    const std::int8_t* leaves = forest.leaves.data() + tree * (splits + 1);
    for (std::size_t row = 0; row < rows; ++row) {
      std::size_t node = 0;
      for (std::size_t level = 0; level < forest.depth; ++level) {
        const std::int16_t input = columns[nodes[node] * forest_rows + row];
        node = 2 * node + 1 + (input > thresholds[node] ? 1 : 0);
      }
      totals[row] += leaves[node - splits];
    }
  }
  for (std::size_t row = 0; row < rows; ++row) sums(row, 0) = static_cast<float>(totals[row]);
}

std::string forest_problem(const Forest& forest, std::size_t readings) {
  if (forest.inputs.empty() || forest.inputs.size() > forest_inputs_max) {
    return fmt::format("has {} inputs, not 1 to {}", forest.inputs.size(), forest_inputs_max);
  }
  for (std::size_t i = 0; i < forest.inputs.size(); ++i) {
    const ForestInput& input = forest.inputs[i];
    if (input.feature >= readings) return "has an input that is not a reading";
    if (i > 0 && input.feature <= forest.inputs[i - 1].feature) return "has inputs out of order";
    if (!std::isfinite(input.offset) || !std::isfinite(input.scale) || !(input.scale > 0.0F)) {
      return "has an input without a scale";
    }
  }
  if (forest.depth < 1 || forest.depth > forest_depth_max) {
    return fmt::format("has depth {}, not 1 to {}", forest.depth, forest_depth_max);
  }
  const std::size_t trees = forest.trees();
  if (trees < 1 || trees > forest_trees_max) {
    return fmt::format("has {} trees, not 1 to {}", trees, forest_trees_max);
  }
  const std::size_t splits = trees * ((std::size_t{1} << forest.depth) - 1);
  if (forest.leaves.size() != trees << forest.depth || forest.nodes.size() != splits ||
      forest.thresholds.size() != splits) {
    return "has trees that are not complete";
  }
  for (const std::uint8_t node : forest.nodes) {
    if (node >= forest.inputs.size()) return "compares an input that it does not have";
  }
  return {};
}

std::size_t forest_table_bytes(const Forest& forest) {
  return 3 * forest.nodes.size() + forest.leaves.size() + 8 * forest.inputs.size();
}

}  // namespace terse::model
