#include "terse/model/fold.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/quantize/midway.h"

namespace terse::model {
namespace {

// float32 in the order of its values: consecutive floats are consecutive integers, -0 just below
// +0.
std::int64_t ordered(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto magnitude = static_cast<std::int64_t>(bits & 0x7FFFFFFFU);
  return (bits >> 31) != 0 ? -magnitude - 1 : magnitude;
}

float from_ordered(std::int64_t order) {
  const bool negative = order < 0;
  const auto magnitude = static_cast<std::uint32_t>(negative ? -order - 1 : order);
  return std::bit_cast<float>(magnitude | (negative ? 0x80000000U : 0U));
}

std::span<const float> readings_of(std::span<const std::vector<float>> readings,
                                   std::size_t feature) {
  return readings.empty() ? std::span<const float>{} : std::span<const float>(readings[feature]);
}

// In raw units, halfway between readings if there are any.
float placed(float trained, const Feature& feature, std::span<const float> readings) {
  const float raw = raw_threshold(trained, feature);
  return readings.empty() ? raw : quantize::midway(raw, readings);
}

/// Per level that thresholds make, how many trained ones a reading of it has crossed.
struct Levels {
  std::vector<float> thresholds;  ///< between the levels: raw units, ascending, finite
  std::vector<std::size_t> crossed;
};

// raw: ascending.
Levels levels_of(std::span<const float> raw) {
  Levels levels;
  std::size_t crossed = 0;
  while (crossed < raw.size() && raw[crossed] == -std::numeric_limits<float>::infinity()) ++crossed;
  levels.crossed.push_back(crossed);
  while (crossed < raw.size() && std::isfinite(raw[crossed])) {
    const float threshold = raw[crossed];
    while (crossed < raw.size() && raw[crossed] == threshold) ++crossed;
    levels.thresholds.push_back(threshold);
    levels.crossed.push_back(crossed);
  }
  return levels;
}

/// One feature of the first layer: what each threshold (in trained order) and each level adds per
/// unit.
class FeatureFold {
 public:
  /// special: the first of the feature's special levels among those of all features.
  FeatureFold(const FoldInput& input, std::size_t feature, std::size_t special)
      : input_(input),
        feature_(feature),
        special_(special),
        units_(input.layers.front().weights.rows()),
        sums_(units_) {
    const auto trained = input.thresholds.of(feature);
    // By the trained value first: raw values may tie where trained ones do not.
    order_ = base::ascending(trained);
    for (const std::size_t threshold : order_) {
      raw_.push_back(placed(trained[threshold], input.features[feature],
                            readings_of(input.readings, feature)));
    }
  }

  /// Appends the feature's distinct finite thresholds and one row of sums per level.
  void append(quantize::Thresholds& thresholds, std::vector<double>& rows) {
    const std::size_t begin = rows.size();
    if (input_.features[feature_].categories.empty()) {
      append_numeric(thresholds, rows);
    } else {
      thresholds.add_feature({});
    }
    append_special(rows, begin);
  }

 private:
  void append_numeric(quantize::Thresholds& thresholds, std::vector<double>& rows) {
    const Levels levels = levels_of(raw_);
    for (const std::size_t crossed : levels.crossed) append_row(crossed, rows);
    thresholds.add_feature(levels.thresholds);
  }

  // rows from `begin` on are the feature's.
  void append_special(std::vector<double>& rows, std::size_t begin) {
    const base::Matrix& weights = input_.layers.front().weights;
    const std::size_t count = input_.features[feature_].special_levels();
    const bool steps = quantize::traits(input_.method).input == quantize::FirstLayerInput::steps;
    const std::size_t first = steps ? input_.thresholds.values.size() : input_.features.size();
    const std::size_t begin_special = rows.size();
    std::vector<double> sums(units_);
    double trained_rows = 0.0;
    const auto add = [&](std::size_t row_begin) {
      for (std::size_t unit = 0; unit < units_; ++unit) sums[unit] += rows[row_begin + unit];
      trained_rows += 1.0;
    };
    for (std::size_t row = begin; row < begin_special; row += units_) add(row);
    for (std::size_t level = special_; level < special_ + count; ++level) {
      for (std::size_t unit = 0; unit < units_; ++unit) {
        rows.push_back(static_cast<double>(weights(unit, first + level)));
      }
      if (trained(level)) add(rows.size() - units_);
    }
    for (std::size_t level = 0; level < count; ++level) {
      if (trained(special_ + level)) continue;
      for (std::size_t unit = 0; unit < units_; ++unit) {
        rows[begin_special + level * units_ + unit] = sums[unit] / std::max(1.0, trained_rows);
      }
    }
  }

  bool trained(std::size_t level) const {
    return input_.special_trained.empty() || input_.special_trained[level];
  }

  // What the first layer sums for a reading above the `crossed` lowest thresholds.
  void append_row(std::size_t crossed, std::vector<double>& rows) {
    const base::Matrix& weights = input_.layers.front().weights;
    if (quantize::traits(input_.method).input != quantize::FirstLayerInput::steps) {
      for (std::size_t unit = 0; unit < units_; ++unit) {
        rows.push_back(value(crossed) * static_cast<double>(weights(unit, feature_)));
      }
      return;
    }
    const std::size_t begin = input_.thresholds.offsets[feature_];
    for (; summed_ < crossed; ++summed_) {
      for (std::size_t unit = 0; unit < units_; ++unit) {
        sums_[unit] += static_cast<double>(weights(unit, begin + order_[summed_]));
      }
    }
    rows.insert(rows.end(), sums_.begin(), sums_.end());
  }

  double value(std::size_t code) const {
    if (input_.method == quantize::Method::sq) return static_cast<double>(code);
    return static_cast<double>(input_.midpoints[feature_][code]);
  }

  const FoldInput& input_;
  std::size_t feature_;
  std::size_t special_;
  std::size_t units_;
  std::vector<std::size_t> order_;  ///< trained indices, ascending
  std::vector<float> raw_;          ///< in this order
  std::vector<double> sums_;        ///< per unit, of the `summed_` lowest thresholds' weights
  std::size_t summed_ = 0;
};

// Rows of a bias for each submodel.
base::Matrix bias_rows(const std::vector<float>& bias, std::size_t submodels) {
  base::Matrix result(submodels, bias.size() / submodels);
  std::ranges::copy(bias, result.values().begin());
  return result;
}

// The last layers of all submodels as one, whose outputs are the means of theirs.
inference::DenseLayer mean_head(const inference::DenseLayer& heads, std::size_t submodels) {
  const std::size_t outputs = heads.bias.size() / submodels;
  const std::size_t inputs = heads.weights.columns();
  const auto share = static_cast<float>(submodels);
  inference::DenseLayer head{base::Matrix(outputs, submodels * inputs),
                             std::vector<float>(outputs)};
  for (std::size_t k = 0; k < submodels; ++k) {
    for (std::size_t o = 0; o < outputs; ++o) {
      const std::size_t row = k * outputs + o;
      for (std::size_t i = 0; i < inputs; ++i) {
        head.weights(o, k * inputs + i) = heads.weights(row, i) / share;
      }
      head.bias[o] += heads.bias[row] / share;
    }
  }
  return head;
}

decoder::Tabm tabm_of(const FoldInput& input, base::Matrix table) {
  const std::size_t submodels = input.signs.rows();
  TERSE_CHECK(input.layers.size() > 1 && input.signs.columns() == input.features.size());
  decoder::Tabm tabm;
  tabm.table = std::move(table);
  tabm.signs = input.signs;
  tabm.bias = bias_rows(input.layers.front().bias, submodels);
  for (std::size_t l = 1; l + 1 < input.layers.size(); ++l) {
    tabm.layers.push_back({input.layers[l].weights, bias_rows(input.layers[l].bias, submodels)});
  }
  tabm.head = mean_head(input.layers.back(), submodels);
  return tabm;
}

// A full-precision network has no rows to average: an input that was never 1 shall do nothing.
void forget_untrained(const FoldInput& input, inference::DenseLayer& first) {
  for (std::size_t level = 0; level < input.special_trained.size(); ++level) {
    if (input.special_trained[level]) continue;
    for (std::size_t unit = 0; unit < first.weights.rows(); ++unit) {
      first.weights(unit, input.features.size() + level) = 0.0F;
    }
  }
}

}  // namespace

float raw_threshold(float threshold, double mean, double deviation) {
  return raw_threshold(threshold,
                       Feature{.name = {}, .unit = {}, .mean = mean, .deviation = deviation});
}

float raw_threshold(float threshold, const Feature& feature) {
  TERSE_CHECK(feature.deviation > 0.0 && !std::isnan(threshold));
  constexpr float largest = std::numeric_limits<float>::max();
  const auto below = [&](std::int64_t order) {
    return feature.scaled(from_ordered(order)) <= threshold;
  };
  std::int64_t low = ordered(-largest);
  std::int64_t high = ordered(largest);
  if (!below(low)) return -std::numeric_limits<float>::infinity();
  if (below(high)) return std::numeric_limits<float>::infinity();
  // The scaled reading never decreases with the reading, so the last float that stays below can be
  // bisected.
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (below(middle) ? low : high) = middle;
  }
  return from_ordered(low);
}

quantize::Thresholds raw_thresholds(const quantize::Thresholds& trained,
                                    std::span<const Feature> features,
                                    std::span<const std::vector<float>> readings) {
  quantize::Thresholds result;
  for (std::size_t f = 0; f < features.size(); ++f) {
    std::vector<float> raw;
    if (f < trained.features() && features[f].categories.empty()) {
      for (const float threshold : trained.of(f)) {
        raw.push_back(placed(threshold, features[f], readings_of(readings, f)));
      }
    }
    std::ranges::sort(raw);
    result.add_feature(levels_of(raw).thresholds);
  }
  return result;
}

Model fold(const FoldInput& input) {
  TERSE_CHECK(!input.layers.empty());
  Model model;
  model.method = input.method;
  model.features = input.features;
  TERSE_CHECK(input.signs.rows() == 0 || !quantize::full_precision(input.method));
  if (input.method == quantize::Method::fp) {
    decoder::FullPrecision network{input.layers};
    for (std::size_t f = 0; f < input.features.size(); ++f) model.thresholds.add_feature({});
    forget_untrained(input, network.layers.front());
    model.decoder = std::move(network);
    return model;
  }
  TERSE_CHECK(input.thresholds.features() == input.features.size());
  const inference::DenseLayer& first = input.layers.front();
  const std::size_t units = first.weights.rows();
  std::vector<double> rows;
  std::size_t special = 0;
  for (std::size_t f = 0; f < input.features.size(); ++f) {
    FeatureFold(input, f, special).append(model.thresholds, rows);
    special += input.features[f].special_levels();
  }
  base::Matrix table(rows.size() / units, units);
  std::ranges::transform(rows, table.values().begin(),
                         [](double sum) { return static_cast<float>(sum); });
  if (input.signs.rows() > 0) {
    model.decoder = tabm_of(input, std::move(table));
    return model;
  }
  decoder::Lookup network{std::move(table), first.bias, {}};
  network.layers.assign(input.layers.begin() + 1, input.layers.end());
  model.decoder = std::move(network);
  return model;
}

}  // namespace terse::model
