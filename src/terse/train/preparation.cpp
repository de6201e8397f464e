#include "terse/train/preparation.h"

#include <algorithm>

#include "terse/error.h"
#include "terse/quantize/kmeans.h"
#include "terse/train/tree_start.h"

namespace terse::train {
namespace {

quantize::Thresholds starting_thresholds(const Preparation& prepared, const Options& options,
                                         std::span<const std::size_t> levels,
                                         const std::function<void(unsigned)>& on_round) {
  const ConstMatrixView inputs = prepared.inputs;
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
      return tree_thresholds(inputs, prepared.targets, levels, options.seed, on_round);
  }
  TERSE_CHECK(false);
}

std::vector<std::vector<float>> midpoint_values(ConstMatrixView inputs,
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

void replace_by_midpoints(Matrix& inputs, const Preparation& prepared) {
  for (std::size_t row = 0; row < inputs.rows(); ++row) {
    for (std::size_t feature = 0; feature < inputs.columns(); ++feature) {
      const auto code = quantize::code_of(inputs(row, feature), prepared.thresholds.of(feature));
      inputs(row, feature) = prepared.midpoints[feature][code];
    }
  }
}

}  // namespace

Preparation prepare(const data::Table& table, std::span<const std::uint32_t> rows,
                    const Options& options, const std::function<void(unsigned)>& on_round) {
  if (rows.empty()) {
    throw InputError(table.source, "", "no rows are left to train on", "lower --test-fraction");
  }
  Preparation prepared;
  const data::Scaler scaler = data::fit_scaler(table.features, rows);
  prepared.inputs = data::standardise(table.features, rows, scaler);
  const ConstMatrixView target_column(table.target.data(), table.target.size(), 1);
  prepared.target_scaler = data::fit_scaler(target_column, rows);
  const Matrix targets = data::standardise(target_column, rows, prepared.target_scaler);
  prepared.targets.assign(targets.values().begin(), targets.values().end());
  for (std::size_t feature = 0; feature < table.feature_names.size(); ++feature) {
    const std::string unit =
        table.feature_units.empty() ? std::string() : table.feature_units[feature];
    prepared.features.push_back(
        {table.feature_names[feature], unit, scaler.mean[feature], scaler.deviation[feature]});
  }

  const auto levels = feature_levels(options, table.feature_names);
  prepared.thresholds = starting_thresholds(prepared, options, levels, on_round);
  switch (quantize::traits(options.method).input) {
    case quantize::FirstLayerInput::readings:
      prepared.midpoints = midpoint_values(prepared.inputs, prepared.thresholds);
      break;
    case quantize::FirstLayerInput::midpoints:
      prepared.midpoints = midpoint_values(prepared.inputs, prepared.thresholds);
      replace_by_midpoints(prepared.inputs, prepared);
      break;
    case quantize::FirstLayerInput::none:
      break;
    case quantize::FirstLayerInput::soft_sum:
    case quantize::FirstLayerInput::steps:
      prepared.trainer_thresholds = prepared.thresholds;
      break;
  }
  return prepared;
}

}  // namespace terse::train
