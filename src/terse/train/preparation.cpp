#include "terse/train/preparation.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/picked.h"
#include "terse/quantize/kmeans.h"
#include "terse/quantize/midway.h"
#include "terse/text/quoting.h"
#include "terse/train/kept_encoder.h"
#include "terse/train/options.h"
#include "terse/train/scales.h"
#include "terse/train/special_inputs.h"
#include "terse/train/tree_start.h"

namespace terse::train {
namespace {

quantize::Thresholds starting_thresholds(const Preparation& prepared, const Options& options,
                                         std::span<const std::size_t> levels,
                                         const std::function<void(unsigned)>& on_round) {
  const base::ConstMatrixView inputs = prepared.inputs;
  switch (start_of(options)) {
    case quantize::ThresholdStart::none:
      return {};
    case quantize::ThresholdStart::minmax:
      return quantize::minmax_thresholds(inputs, levels);
    case quantize::ThresholdStart::quantile:
      return quantize::quantile_thresholds(inputs, levels);
    case quantize::ThresholdStart::kmeans:
      return quantize::kmeans_thresholds(inputs, levels);
    case quantize::ThresholdStart::tree:
      return tree_thresholds(inputs, prepared.targets, levels, options.seed, on_round,
                             options.threads);
  }
  TERSE_CHECK(false);
}

std::vector<std::vector<float>> midpoint_values(base::ConstMatrixView inputs,
                                                const quantize::Thresholds& thresholds) {
  std::vector<std::vector<float>> values;
  for (std::size_t feature = 0; feature < thresholds.features(); ++feature) {
    float low = inputs(0, feature);
    float high = low;
    for (std::size_t row = 1; row < inputs.rows; ++row) {
      low = std::min(low, inputs(row, feature));
      high = std::max(high, inputs(row, feature));
    }
    values.push_back(quantize::midpoints(thresholds.of(feature), low, high));
  }
  return values;
}

void replace_by_midpoints(base::Matrix& inputs, const Preparation& prepared) {
  for (std::size_t row = 0; row < inputs.rows(); ++row) {
    for (std::size_t feature = 0; feature < inputs.columns(); ++feature) {
      const auto code = quantize::code_of(inputs(row, feature), prepared.thresholds.of(feature));
      inputs(row, feature) = prepared.midpoints[feature][code];
    }
  }
}

bool complete_numbers(const data::Table& table) {
  return table.categories.empty() && std::ranges::none_of(table.features.values(), [](float value) {
           return std::isnan(value);
         });
}

void scale_features(const data::Table& table, std::span<const std::uint32_t> rows,
                    const Options& options, Preparation& prepared) {
  const bool complete = complete_numbers(table);
  const data::Scaler scaler =
      complete ? data::fit_scaler(table.features, rows) : fit_present(table, rows);
  for (std::size_t f = 0; f < prepared.features.size(); ++f) {
    prepared.features[f].mean = scaler.mean[f];
    prepared.features[f].deviation = scaler.deviation[f];
  }
  fit_scales(table, rows, options, prepared.features);
  prepared.inputs = complete ? scaled_readings(table.features, rows, prepared.features)
                             : scaled_readings(filled_readings(table, rows),
                                               base::all_rows(rows.size()), prepared.features);
}

void prepare_number(const data::Table& table, std::span<const std::uint32_t> rows,
                    const Objective& objective, Preparation& prepared) {
  require_targets(table, objective);
  if (objective.loss == inference::Loss::poisson) {
    double sum = 0.0;
    for (const std::uint32_t row : rows) sum += static_cast<double>(table.target[row]);
    if (!(sum > 0.0)) {
      throw base::InputError(table.source, "column " + text::in_quotes(table.target_name),
                             "is 0 in every training row", "choose another `loss`");
    }
    prepared.target_scaler = {{std::log(sum / static_cast<double>(rows.size()))}, {1.0}};
  } else if (objective.scale == TargetScale::log) {
    std::vector<float> logarithms;
    for (const std::uint32_t row : rows) logarithms.push_back(std::log(table.target[row]));
    prepared.target_scaler =
        data::fit_scaler({logarithms.data(), logarithms.size(), 1}, base::all_rows(rows.size()));
  } else {
    prepared.target_scaler = data::fit_scaler({table.target.data(), table.target.size(), 1}, rows);
  }
  for (const std::uint32_t row : rows) {
    prepared.targets.push_back(
        standardised_target(table.target[row], objective, prepared.target_scaler));
  }
}

void prepare_weights(const data::Table& table, std::span<const std::uint32_t> rows,
                     Preparation& prepared) {
  if (table.weights.empty()) return;
  prepared.weights = base::picked(table.weights, rows);
  double sum = 0.0;
  for (const float weight : prepared.weights) sum += static_cast<double>(weight);
  if (!(sum > 0.0)) {
    throw base::InputError(table.source, "", "every training row has weight 0",
                           "give some of them a weight above 0");
  }
  for (float& weight : prepared.weights) {
    weight =
        static_cast<float>(static_cast<double>(weight) * static_cast<double>(rows.size()) / sum);
  }
}

void prepare_target(const data::Table& table, std::span<const std::uint32_t> rows,
                    const Options& options, Preparation& prepared) {
  prepare_weights(table, rows, prepared);
  if (table.classes.empty()) return prepare_number(table, rows, options.objective, prepared);
  prepared.target_scaler = {{0.0}, {1.0}};
  std::vector<double> count(table.classes.size(), 0.0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float own = table.target[rows[i]];
    prepared.targets.push_back(own);
    count[static_cast<std::size_t>(own)] +=
        prepared.weights.empty() ? 1.0 : static_cast<double>(prepared.weights[i]);
  }
  if (options.class_weights == ClassWeights::none) return;
  const double share = static_cast<double>(rows.size()) / static_cast<double>(count.size());
  for (const double own : count) {
    prepared.class_weights.push_back(own > 0.0 ? static_cast<float>(share / own) : 1.0F);
  }
}

// Their tables are mirrored at 0, which has a level of its own.
void require_table_levels(const data::Table& table, std::span<const std::size_t> levels,
                          const Options& options) {
  for (std::size_t f = 0; f < levels.size(); ++f) {
    if (levels[f] != 2) continue;
    throw base::InputError(
        table.source, "column " + text::in_quotes(table.feature_names[f]),
        fmt::format("method {} cannot have 2 levels", quantize::id(options.method)),
        "give it `bits` 2 or more, or 1 or 3 `levels`");
  }
}

void add_special_inputs(const data::Table& table, std::span<const std::uint32_t> rows,
                        const Options& options, Preparation& prepared) {
  const bool steps = prepared.trainer_thresholds.features() > 0;
  SpecialInputs made = special_inputs(table, rows, prepared.features, prepared.inputs,
                                      steps ? SpecialKind::step : SpecialKind::value, options);
  prepared.inputs = std::move(made.inputs);
  prepared.copies = made.copies;
  prepared.special_trained = std::move(made.trained);
  const std::vector<float> targets = prepared.targets;
  const std::vector<float> weights = prepared.weights;
  for (std::size_t copy = 1; copy < made.copies; ++copy) {
    prepared.targets.insert(prepared.targets.end(), targets.begin(), targets.end());
    prepared.weights.insert(prepared.weights.end(), weights.begin(), weights.end());
  }
  if (!steps) return;
  const float between = 0.0F;
  for (std::size_t level = 0; level < prepared.special_trained.size(); ++level) {
    prepared.trainer_thresholds.add_feature({&between, 1});
  }
}

// The table with codes in place of numbers; gaps and categories as they are.
data::Table coded_table(const data::Table& table, const model::Model& encoder) {
  data::Table coded = table;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    if (table.categorical(f)) continue;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const float reading = table.features(row, f);
      if (std::isnan(reading)) continue;
      coded.features(row, f) =
          static_cast<float>(quantize::code_of(reading, encoder.thresholds.of(f)));
    }
  }
  return coded;
}

// For hard steps halfway between the codes of an encoder that is kept.
Preparation prepare_codes(const data::Table& table, std::span<const std::uint32_t> rows,
                          const Options& options) {
  check_kept_encoder(table, options);
  const model::Model& encoder = *options.encoder;
  Preparation prepared;
  prepared.features = encoder.features;
  std::vector<float> steps;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    model::Feature& feature = prepared.features[f];
    feature.mean = 0.0;
    feature.deviation = 1.0;
    feature.scale = {};
    const std::size_t count = encoder.thresholds.count(f);
    steps.clear();
    for (std::size_t k = 0; k < count; ++k) steps.push_back(static_cast<float>(k) + 0.5F);
    prepared.thresholds.add_feature(steps);
    prepared.numeric_levels.push_back(count + 1);
  }
  prepared.trainer_thresholds = prepared.thresholds;
  const data::Table coded = coded_table(table, encoder);
  prepared.inputs = filled_readings(coded, rows);
  prepare_target(table, rows, options, prepared);
  if (!encoder.plain()) add_special_inputs(coded, rows, options, prepared);
  return prepared;
}

}  // namespace

// Every row of the table: a test row that cannot be measured should not come up after the training.
void require_targets(const data::Table& table, const Objective& objective) {
  const bool log = objective.scale == TargetScale::log;
  if (!log && objective.loss != inference::Loss::poisson) return;
  if (table.target_origin != 0.0) {
    throw base::InputError(
        table.source, "column " + text::in_quotes(table.target_name),
        fmt::format("its values are so near to {} that only their differences are kept, which have "
                    "no logarithm",
                    table.target_origin),
        "leave `target_scale` and `loss` out");
  }
  for (std::size_t row = 0; row < table.target.size(); ++row) {
    const float value = table.target[row];
    if (log ? value > 0.0F : value >= 0.0F) continue;
    throw base::InputError(
        table.source, fmt::format("row {}, column {}", row + 1, text::in_quotes(table.target_name)),
        fmt::format("{} has no {}", value, log ? "logarithm" : "Poisson distribution"),
        log ? "leave `target_scale` log out; counts with zeros take `loss` poisson"
            : "choose another `loss` where the target falls below 0");
  }
}

Preparation prepare(const data::Table& table, std::span<const std::uint32_t> rows,
                    const Options& options, const std::function<void(unsigned)>& on_round) {
  if (rows.empty()) {
    throw base::InputError(table.source, "", "no rows are left to train on",
                           "lower `test_fraction`");
  }
  if (options.encoder) return prepare_codes(table, rows, options);
  const auto levels = feature_levels(options, table.feature_names);
  Preparation prepared;
  prepared.features = special_features(table, options, levels);
  prepared.numeric_levels = levels;
  bool special = false;
  for (std::size_t f = 0; f < levels.size(); ++f) {
    const model::Feature& feature = prepared.features[f];
    special = special || !feature.plain();
    prepared.numeric_levels[f] =
        feature.categories.empty() ? levels[f] - feature.special_levels() : std::size_t{1};
  }
  if (quantize::traits(options.method).input == quantize::FirstLayerInput::table) {
    require_table_levels(table, prepared.numeric_levels, options);
  }
  scale_features(table, rows, options, prepared);
  prepare_target(table, rows, options, prepared);

  if (options.midway) {
    prepared.readings = distinct_readings(table, rows);
    if (start_of(options) != quantize::ThresholdStart::none) {
      prepared.numeric_levels = quantize::levels_in_use(prepared.numeric_levels, prepared.inputs);
    }
  }
  prepared.thresholds = starting_thresholds(prepared, options, prepared.numeric_levels, on_round);
  if (options.midway) prepared.thresholds = quantize::midway(prepared.thresholds, prepared.inputs);
  switch (quantize::traits(options.method).input) {
    case quantize::FirstLayerInput::readings:
      prepared.midpoints = midpoint_values(prepared.inputs, prepared.thresholds);
      break;
    case quantize::FirstLayerInput::midpoints:
      prepared.midpoints = midpoint_values(prepared.inputs, prepared.thresholds);
      replace_by_midpoints(prepared.inputs, prepared);
      break;
    case quantize::FirstLayerInput::step_size:
    case quantize::FirstLayerInput::table:
    case quantize::FirstLayerInput::none:
      break;
    case quantize::FirstLayerInput::soft_sum:
    case quantize::FirstLayerInput::steps:
      prepared.trainer_thresholds = prepared.thresholds;
      break;
  }
  if (special) add_special_inputs(table, rows, options, prepared);
  return prepared;
}

float standardised_target(float target, const Objective& objective, const data::Scaler& scaler) {
  if (objective.loss == inference::Loss::poisson) {
    return static_cast<float>(static_cast<double>(target) / std::exp(scaler.mean.front()));
  }
  const bool log = objective.scale == TargetScale::log;
  return scaler.standardised(log ? std::log(target) : target, 0);
}

std::vector<std::vector<float>> distinct_readings(const data::Table& table,
                                                  std::span<const std::uint32_t> rows) {
  std::vector<std::vector<float>> result(table.feature_names.size());
  for (std::size_t f = 0; f < result.size(); ++f) {
    if (table.categorical(f)) continue;
    std::vector<float> readings;
    for (const std::uint32_t row : rows) readings.push_back(table.features(row, f));
    result[f] = quantize::distinct_readings(std::move(readings));
  }
  return result;
}

model::Output output_of(const data::Table& table, const Preparation& prepared,
                        const Objective& objective) {
  if (!table.classes.empty()) return model::Classes{table.classes};
  const bool logarithm =
      objective.scale == TargetScale::log || objective.loss == inference::Loss::poisson;
  return model::Number{prepared.target_scaler.mean.front(),
                       prepared.target_scaler.deviation.front(),
                       logarithm ? model::Link::exponential : model::Link::identity};
}

}  // namespace terse::train
