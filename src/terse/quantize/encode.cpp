#include "terse/quantize/encode.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "terse/base/error.h"
#include "terse/quantize/encode_kernel.h"
#include "terse/simd/dispatch.h"

namespace terse::quantize {
namespace {

constexpr std::size_t quad_features = 4;
constexpr std::size_t column_features = 16;
// Strips of 16 rows of 81 features read memory at 80% of its speed, of 64 rows at 60% (Zen 5).
constexpr std::size_t narrow_features = 32;
// 81 trees of depth 5 are 26 KB and stay in the first-level cache, of depth 6 they do not.
constexpr std::size_t deep_beyond = 5;

/// The thresholds of one feature, sorted, then +infinity (which nothing is above) up to 2^depth - 1
/// of them.
std::vector<float> padded(std::span<const float> thresholds, std::size_t depth) {
  std::vector<float> result(thresholds.begin(), thresholds.end());
  for (const float threshold : result) TERSE_CHECK(!std::isnan(threshold));
  std::sort(result.begin(), result.end());
  result.resize((std::size_t{1} << depth) - 1, std::numeric_limits<float>::infinity());
  return result;
}

/// Largest number of comparisons any of these features needs.
std::size_t depth_of(const Thresholds& thresholds, std::size_t first, std::size_t count) {
  std::size_t most = 0;
  const std::size_t end = std::min(first + count, thresholds.features());
  for (std::size_t feature = first; feature < end; ++feature) {
    most = std::max(most, thresholds.count(feature));
  }
  return std::bit_width(most);
}

void append_tree(base::AlignedVector<float>& trees, const std::vector<float>& sorted,
                 std::size_t depth) {
  const std::size_t start = trees.size();
  trees.resize(start + tree_level_offset[depth]);
  for (std::size_t level = 0; level < depth; ++level) {
    float* table = trees.data() + start + tree_level_offset[level];
    const std::size_t step = std::size_t{1} << (depth - 1 - level);
    for (std::size_t outcomes = 0; outcomes < std::size_t{1} << level; ++outcomes) {
      std::size_t below = 0;
      for (std::size_t earlier = 0; earlier < level; ++earlier) {
        below += ((outcomes >> earlier) & 1) << (depth - 1 - earlier);
      }
      table[outcomes] = sorted[below + step - 1];
    }
  }
}

}  // namespace

struct Encoder::State {
  std::vector<EncodeQuad> quads;
  base::AlignedVector<float> trees;
  std::vector<EncodeColumns> columns;
  base::AlignedVector<float> tables;
  EncodePlan plan{};

  explicit State(const Thresholds& thresholds) {
    const std::size_t features = thresholds.features();
    for (std::size_t feature = 0; feature < features; feature += quad_features) {
      // The last four features overlap the four before rather than reach beyond the row.
      const bool beyond = feature + quad_features > features && features >= quad_features;
      add_quad(thresholds, beyond ? features - quad_features : feature);
    }
    for (std::size_t feature = 0; feature < features; feature += column_features) {
      add_columns(thresholds, feature);
    }
    const bool deep = depth_of(thresholds, 0, features) > deep_beyond;
    plan = {.features = features,
            .strip_rows = deep || features <= narrow_features ? strip_rows_max : strip_rows_min,
            .quads = quads.data(),
            .quad_count = quads.size(),
            .trees = trees.data(),
            .columns = columns.data(),
            .columns_count = columns.size(),
            .tables = tables.data()};
  }

  void add_quad(const Thresholds& thresholds, std::size_t first) {
    const std::size_t depth = depth_of(thresholds, first, quad_features);
    quads.push_back({first, depth, trees.size()});
    for (std::size_t feature = first; feature < first + quad_features; ++feature) {
      const auto own =
          feature < thresholds.features() ? thresholds.of(feature) : std::span<const float>{};
      append_tree(trees, padded(own, depth), depth);
    }
  }

  void add_columns(const Thresholds& thresholds, std::size_t first) {
    const std::size_t count = std::min(column_features, thresholds.features() - first);
    const std::size_t depth = depth_of(thresholds, first, count);
    columns.push_back({first, count, depth, tables.size()});
    const std::size_t entries = (std::size_t{1} << depth) - 1;
    tables.resize(tables.size() + entries * column_features,
                  std::numeric_limits<float>::infinity());
    float* table = tables.data() + columns.back().table;
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::vector<float> sorted = padded(thresholds.of(first + lane), depth);
      for (std::size_t entry = 0; entry < entries; ++entry) {
        const bool side_by_side = depth <= side_by_side_depth_max;
        table[side_by_side ? entry * column_features + lane : lane * entries + entry] =
            sorted[entry];
      }
    }
  }
};

Encoder::Encoder(const Thresholds& thresholds) : state_(std::make_unique<State>(thresholds)) {}
Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;

void Encoder::encode(base::ConstMatrixView readings, std::span<Code> codes) const {
  const EncodePlan& plan = state_->plan;
  TERSE_CHECK(readings.columns == plan.features && readings.stride >= readings.columns);
  TERSE_CHECK(codes.size() == readings.rows * readings.columns);
  if (codes.empty()) return;
  TERSE_DISPATCH(encode_rows)(plan, readings.data, readings.stride, readings.rows, codes.data());
}

}  // namespace terse::quantize
