#include "terse/allocate/allocate.h"

#include <algorithm>
#include <string>

#include "terse/allocate/training.h"
#include "terse/data/split.h"
#include "terse/error.h"
#include "terse/model/fold.h"
#include "terse/train/boosted_decoder.h"
#include "terse/train/code_rows.h"

namespace terse::allocate {
namespace {

constexpr std::size_t validation_folds = 5;

void require_plain(const data::Table& table, const train::Preparation& prepared) {
  const std::string remedy = "choose levels with terse train --levels instead";
  if (!table.classes.empty()) {
    throw InputError(table.source, "", "levels cannot be allocated for classes yet", remedy);
  }
  for (const model::Feature& feature : prepared.features) {
    if (feature.plain()) continue;
    throw InputError(table.source, "column " + in_quotes(feature.name),
                     "levels cannot be allocated with categories or gaps yet", remedy);
  }
}

// The rows in the units of the preparation.
Matrix inputs_of(const data::Table& table, std::span<const std::uint32_t> rows,
                 const train::Preparation& prepared) {
  data::Scaler scaler;
  for (const model::Feature& feature : prepared.features) {
    scaler.mean.push_back(feature.mean);
    scaler.deviation.push_back(feature.deviation);
  }
  return data::standardise(table.features, rows, scaler);
}

std::vector<float> targets_of(const data::Table& table, std::span<const std::uint32_t> rows,
                              const train::Preparation& prepared) {
  std::vector<float> targets;
  for (const std::uint32_t row : rows) {
    targets.push_back(prepared.target_scaler.standardised(table.target[row], 0));
  }
  return targets;
}

// Thresholds in the units of other rows' means and deviations.
LevelTable rescaled(LevelTable table, const train::Preparation& from,
                    const train::Preparation& to) {
  for (std::size_t f = 0; f < table.features(); ++f) {
    for (float& threshold : table.thresholds.of(f)) {
      const double raw =
          static_cast<double>(threshold) * from.features[f].deviation + from.features[f].mean;
      threshold = static_cast<float>((raw - to.features[f].mean) / to.features[f].deviation);
    }
  }
  return table;
}

model::Model folded(const LevelTable& levels, const data::Table& table,
                    const train::Preparation& prepared, const train::Options& training) {
  network::Parameters trained = parameters(levels);
  model::FoldInput input;
  input.method = quantize::Method::bw_sq;
  input.features = prepared.features;
  input.thresholds = std::move(trained.thresholds);
  input.layers = std::move(trained.layers);
  model::Model result = model::fold(input);
  result.target_name = table.target_name;
  result.target_mean = prepared.target_scaler.mean.front();
  result.target_deviation = prepared.target_scaler.deviation.front();
  result.packing = payload::Packing::radix;
  const std::size_t radix_bytes = result.payload_bytes();
  result.packing = payload::Packing::bits;
  if (result.payload_bytes() > radix_bytes) result.packing = payload::Packing::radix;
  result.record.data = table.source;
  result.record.seed = training.seed;
  result.record.settings = train::settings(training);
  return result;
}

}  // namespace

Allocation allocate(const data::Table& table, std::span<const std::uint32_t> rows,
                    const train::Options& training, const AllocateOptions& options,
                    const train::Observer& observer,
                    const std::function<void(const CurvePoint&)>& on_point) {
  train::validate(training);
  if (options.payload_bytes == 0) {
    throw InputError("--payload", "", "no message has 0 bytes", "give at least 1");
  }
  TERSE_CHECK(training.method == quantize::Method::bw_sq);
  const data::Split split = data::folds(rows, validation_folds, training.seed).front();
  const train::Preparation fit = train::prepare(table, split.train, training);
  require_plain(table, fit);
  const Matrix validation = inputs_of(table, split.test, fit);
  const std::vector<float> targets = targets_of(table, split.test, fit);

  const Phase first{.epochs = training.epochs,
                    .temperature_end = training.temperature_end,
                    .rate_begin = training.learning_rate,
                    .rate_end = training.learning_rate};
  LevelTable start = trained(fit, fit.trainer_thresholds, training, first, training.seed, observer);
  ShrinkOptions shrinking = options.shrink;
  shrinking.bits_end = 8.0 * static_cast<double>(options.payload_bytes);
  Allocation result;
  const auto keep = [&](const ShrinkPoint& point) {
    result.curve.push_back({point.table.levels(), point.bits, point.validation_loss});
    if (on_point) on_point(result.curve.back());
  };
  const std::vector<ShrinkPoint> points =
      shrink(fit, validation, targets, std::move(start), training, shrinking, observer, keep);

  const train::Preparation all = train::prepare(table, rows, training);
  const Phase last{.epochs = options.final_epochs,
                   .temperature_begin = shrinking.temperature,
                   .temperature_end = training.temperature_end,
                   .rate_begin = training.learning_rate,
                   .rate_end = 0.1 * training.learning_rate};
  const LevelTable final_levels = trained_on(all, rescaled(points.back().table, fit, all), training,
                                             last, training.seed + 1, observer);
  result.model = folded(final_levels, table, all, training);
  result.model.record.settings.emplace_back("payload_bytes", std::to_string(options.payload_bytes));
  train::count_code_rows(result.model, table, rows);
  if (training.decoder == train::Decoder::boosted) {
    train::give_boosted_decoder(result.model, table, rows, all, training.seed);
  }
  return result;
}

}  // namespace terse::allocate
