#include "terse/train/special_inputs.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/random.h"
#include "terse/text/quoting.h"

namespace terse::train {
namespace {

// Readings that are dropped differ between copies, and each epoch takes a row from any of them.
constexpr std::size_t copies_with_drops = 8;
constexpr double unseen_rate_min = 0.02;
// The stream of Random that drops readings of copy c is drop_stream + c.
constexpr std::uint64_t drop_stream = 1U << 24;
// From any threshold, in standardised units: the step is 0 or 1 in float32 at every temperature.
constexpr float far = 64.0F;

bool has_gap(const data::Table& table, std::size_t feature) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (std::isnan(table.features(row, feature))) return true;
  }
  return false;
}

std::vector<float> present(const data::Table& table, std::span<const std::uint32_t> rows,
                           std::size_t feature) {
  std::vector<float> values;
  for (const std::uint32_t row : rows) {
    const float value = table.features(row, feature);
    if (!std::isnan(value)) values.push_back(value);
  }
  return values;
}

void check_levels(const model::Feature& feature, std::size_t levels, const Options& options) {
  const auto named = std::ranges::find(options.levels, feature.name,
                                       [](const auto& entry) { return entry.first; });
  if (!feature.categories.empty() && named != options.levels.end()) {
    throw base::OptionError(
        "levels", "", text::in_quotes(feature.name) + " has as many levels as it has categories",
        "leave it out with `ignore`, or do not name it");
  }
  if (feature.special_levels() > quantize::levels_max) {
    throw base::OptionError(
        "categorical", "",
        fmt::format("{} needs {} levels, which is more than {}", text::in_quotes(feature.name),
                    feature.special_levels(), quantize::levels_max),
        "merge categories, or leave the column out");
  }
  TERSE_CHECK(!feature.categories.empty() || levels > feature.special_levels());
}

// Fills one copy's rows of the result.
class Copy {
 public:
  Copy(const data::Table& table, const std::vector<model::Feature>& features, SpecialKind kind,
       const Options& options, std::size_t number, bool drops)
      : table_(table),
        features_(features),
        on_(kind == SpecialKind::step ? far : 1.0F),
        off_(kind == SpecialKind::step ? -far : 0.0F),
        drop_rate_(drops ? options.drop_rate : 0.0),
        unseen_rate_(drops ? std::max(options.drop_rate, unseen_rate_min) : 0.0),
        random_(options.seed, drop_stream + number) {}

  // absent: per feature what its input is where a special level applies.
  void fill(std::uint32_t row, std::span<const float> inputs, std::span<const float> absent,
            std::span<float> result, std::vector<bool>& trained) {
    std::ranges::copy(inputs, result.begin());
    std::fill(result.begin() + static_cast<std::ptrdiff_t>(inputs.size()), result.end(), off_);
    std::size_t first = 0;
    for (std::size_t f = 0; f < features_.size(); ++f) {
      const std::size_t count = features_[f].special_levels();
      if (count == 0) continue;
      const std::size_t level = special_level(features_[f], table_.features(row, f));
      if (level < count) {
        result[f] = absent[f];
        result[inputs.size() + first + level] = on_;
        trained[first + level] = true;
      }
      first += count;
    }
  }

 private:
  // Its number among the feature's, or their count if none applies.
  std::size_t special_level(const model::Feature& feature, float reading) {
    const std::size_t count = feature.special_levels();
    if (feature.missing_level && (drop(drop_rate_) || std::isnan(reading))) return count - 1;
    if (feature.categories.empty()) return count;
    if (feature.unseen_level && drop(unseen_rate_)) return feature.categories.size();
    return static_cast<std::size_t>(reading);
  }
  bool drop(double rate) { return rate > 0.0 && random_.uniform() < rate; }

  const data::Table& table_;
  const std::vector<model::Feature>& features_;
  float on_;
  float off_;
  double drop_rate_;
  double unseen_rate_;
  base::Random random_;
};

// Far below every reading, so that no step is taken.
std::vector<float> absent_values(base::ConstMatrixView inputs, SpecialKind kind) {
  std::vector<float> values(inputs.columns, 0.0F);
  if (kind == SpecialKind::value) return values;
  for (std::size_t row = 0; row < inputs.rows; ++row) {
    for (std::size_t f = 0; f < inputs.columns; ++f) {
      values[f] = std::min(values[f], inputs(row, f));
    }
  }
  for (float& value : values) value -= far;
  return values;
}

}  // namespace

std::vector<model::Feature> special_features(const data::Table& table, const Options& options,
                                             std::span<const std::size_t> levels) {
  std::vector<model::Feature> features;
  for (std::size_t f = 0; f < table.feature_names.size(); ++f) {
    model::Feature feature;
    feature.name = table.feature_names[f];
    if (!table.feature_units.empty()) feature.unit = table.feature_units[f];
    if (!table.feature_origins.empty()) feature.origin = table.feature_origins[f];
    if (table.categorical(f)) feature.categories = table.categories[f];
    const bool sent =
        levels[f] > 1 || !feature.categories.empty() || quantize::full_precision(options.method);
    feature.unseen_level = options.unseen_level && !feature.categories.empty();
    feature.missing_level = sent && (options.drop_rate > 0.0 || has_gap(table, f));
    check_levels(feature, levels[f], options);
    features.push_back(std::move(feature));
  }
  return features;
}

base::Matrix filled_readings(const data::Table& table, std::span<const std::uint32_t> rows) {
  base::Matrix readings(rows.size(), table.features.columns());
  for (std::size_t f = 0; f < table.features.columns(); ++f) {
    if (table.categorical(f)) continue;
    const std::vector<float> values = present(table, rows, f);
    std::size_t next = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const float value = table.features(rows[i], f);
      if (!std::isnan(value)) {
        readings(i, f) = value;
      } else if (!values.empty()) {
        readings(i, f) = values[next++ % values.size()];
      }
    }
  }
  return readings;
}

data::Scaler fit_present(const data::Table& table, std::span<const std::uint32_t> rows) {
  const std::size_t columns = table.features.columns();
  data::Scaler scaler{std::vector<double>(columns, 0.0), std::vector<double>(columns, 1.0)};
  for (std::size_t f = 0; f < columns; ++f) {
    if (table.categorical(f)) continue;
    const std::vector<float> values = present(table, rows, f);
    if (values.empty()) continue;
    const data::Scaler one =
        data::fit_scaler({values.data(), values.size(), 1}, base::all_rows(values.size()));
    scaler.mean[f] = one.mean.front();
    scaler.deviation[f] = one.deviation.front();
  }
  return scaler;
}

SpecialInputs special_inputs(const data::Table& table, std::span<const std::uint32_t> rows,
                             const std::vector<model::Feature>& features,
                             base::ConstMatrixView inputs, SpecialKind kind,
                             const Options& options) {
  TERSE_CHECK(inputs.rows == rows.size() && inputs.columns == features.size());
  std::size_t special = 0;
  bool drops = options.drop_rate > 0.0;
  for (const model::Feature& feature : features) {
    special += feature.special_levels();
    drops = drops || feature.unseen_level;
  }
  SpecialInputs result;
  result.copies = drops ? copies_with_drops : 1;
  result.trained.assign(special, false);
  result.inputs = base::Matrix(result.copies * rows.size(), inputs.columns + special);
  const std::vector<float> absent = absent_values(inputs, kind);
  for (std::size_t number = 0; number < result.copies; ++number) {
    Copy copy(table, features, kind, options, number, drops);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      copy.fill(rows[i], inputs.row(i), absent, result.inputs.row(number * rows.size() + i),
                result.trained);
    }
  }
  return result;
}

}  // namespace terse::train
