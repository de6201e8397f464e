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
      return tree_thresholds(inputs, prepared.weighted_targets(), levels, options.seed, on_round,
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

void prepare_targets(const data::Table& table, std::span<const std::uint32_t> rows,
                     const Options& options, Preparation& prepared) {
  check_target_weights(table, options);
  prepare_weights(table, rows, prepared);
  PreparedTarget first = prepared_target(table, 0, rows, options, prepared.weights);
  prepared.target_scaler = std::move(first.scaler);
  prepared.targets = std::move(first.values);
  prepared.class_weights = std::move(first.class_weights);
  prepared.target_weight = first.weight;
  for (std::size_t t = 1; t < table.targets(); ++t) {
    prepared.further_targets.push_back(prepared_target(table, t, rows, options, prepared.weights));
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

void repeat(std::vector<float>& values, std::size_t times) {
  const std::vector<float> once = values;
  for (std::size_t copy = 1; copy < times; ++copy) {
    values.insert(values.end(), once.begin(), once.end());
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
  repeat(prepared.targets, made.copies);
  for (PreparedTarget& further : prepared.further_targets) repeat(further.values, made.copies);
  repeat(prepared.weights, made.copies);
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
  prepare_targets(table, rows, options, prepared);
  if (!encoder.plain()) add_special_inputs(coded, rows, options, prepared);
  return prepared;
}

}  // namespace

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
  prepare_targets(table, rows, options, prepared);

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

std::vector<WeightedTarget> Preparation::weighted_targets() const {
  std::vector<WeightedTarget> result = {{targets, target_weight}};
  for (const PreparedTarget& further : further_targets) {
    result.push_back({further.values, further.weight});
  }
  return result;
}

model::Output output_of(const data::Table& table, const Preparation& prepared,
                        const Objective& objective) {
  const auto first = output_of_target(table.classes, prepared.target_scaler, objective);
  if (table.further_targets.empty()) {
    return std::visit([](const auto& own) -> model::Output { return own; }, first);
  }
  model::Several several;
  several.targets.push_back(
      {table.target_name, "", table.target_origin, prepared.target_weight, first});
  for (std::size_t t = 1; t < table.targets(); ++t) {
    const data::TargetView own = table.target_view(t);
    const PreparedTarget& further = prepared.further_targets[t - 1];
    several.targets.push_back({own.name, "", own.origin, further.weight,
                               output_of_target(own.classes, further.scaler, objective)});
  }
  return several;
}

}  // namespace terse::train
