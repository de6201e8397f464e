#include "terse/train/joint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "terse/base/random.h"
#include "terse/data/split.h"
#include "terse/model/fold.h"
#include "terse/text/quoting.h"
#include "terse/train/boosted_decoder.h"
#include "terse/train/code_rows.h"
#include "terse/train/preparation.h"
#include "terse/train/weight_average.h"
#include "terse/training/trainer.h"

namespace terse::train {
namespace {

// The stream of Random that shuffles epoch e is shuffle_stream + e.
constexpr std::uint64_t shuffle_stream = 1000;
// The same for the choice among copies of rows.
constexpr std::uint64_t copy_stream = 1U << 28;

training::InputLayer input_layer(quantize::Method method) {
  const quantize::MethodTraits& traits = quantize::traits(method);
  switch (traits.input) {
    case quantize::FirstLayerInput::readings:
    case quantize::FirstLayerInput::midpoints:
      return training::InputLayer::values;
    case quantize::FirstLayerInput::none:
      break;
    case quantize::FirstLayerInput::soft_sum:
      return training::InputLayer::soft_sum;
    case quantize::FirstLayerInput::step_size:
      return training::InputLayer::step_size;
    case quantize::FirstLayerInput::table:
      return training::InputLayer::table;
    case quantize::FirstLayerInput::steps:
      return traits.trains_thresholds ? training::InputLayer::soft_steps
                                      : training::InputLayer::hard_steps;
  }
  TERSE_CHECK(false);
}

training::TrainerOptions trainer_options(const Options& options) {
  training::TrainerOptions result;
  result.input = input_layer(options.method);
  result.hidden = options.hidden;
  result.dropout = static_cast<float>(options.dropout);
  result.learning_rate = options.learning_rate;
  result.threshold_rate_factor = options.threshold_rate_factor;
  result.batch_rows_max = options.batch_rows;
  result.threads = options.threads;
  result.seed = options.seed;
  return result;
}

void require_finite(double loss, const Progress& progress, const Options& options) {
  if (std::isfinite(loss)) return;
  throw base::JobError(fmt::format(
      "training diverged: the loss became {} in epoch {} of {}, at learning rate {}; lower --lr "
      "(try {}), or look for extreme values in the data",
      loss, progress.epoch, options.epochs, options.learning_rate, options.learning_rate / 10));
}

// Each row from any of its copies.
void choose_copies(std::vector<std::uint32_t>& order, std::size_t copies, const Options& options,
                   unsigned epoch) {
  if (copies == 1) return;
  base::Random random(options.seed, copy_stream + epoch);
  const std::size_t rows = order.size();
  for (std::uint32_t& row : order) row += static_cast<std::uint32_t>(rows * random.below(copies));
}

void run_epochs(training::Trainer& trainer, std::size_t row_count, std::size_t copies,
                const Options& options, const Observer& observer, WeightAverage& average) {
  const std::size_t batch_rows = std::min(options.batch_rows, row_count);
  const std::size_t batches = (row_count + batch_rows - 1) / batch_rows;
  std::vector<std::uint32_t> order(row_count);
  Progress progress;
  progress.steps = batches * options.epochs;
  progress.epochs = options.epochs;
  for (unsigned epoch = 0; epoch < options.epochs; ++epoch) {
    progress.epoch = epoch + 1;
    progress.temperature =
        quantize::temperature(options.schedule, epoch, options.epochs, options.temperature_end);
    for (std::size_t row = 0; row < row_count; ++row) order[row] = static_cast<std::uint32_t>(row);
    base::Random(options.seed, shuffle_stream + epoch).shuffle(order);
    choose_copies(order, copies, options, epoch);
    double loss_sum = 0.0;
    for (std::size_t begin = 0; begin < row_count; begin += batch_rows) {
      if (observer.stop != nullptr && observer.stop->load(std::memory_order_relaxed)) {
        throw Interrupted();
      }
      const std::size_t count = std::min(batch_rows, row_count - begin);
      const double loss =
          trainer.step(std::span(order).subspan(begin, count), progress.temperature);
      require_finite(loss, progress, options);
      loss_sum += loss * static_cast<double>(count);
      ++progress.step;
      progress.loss = loss_sum / static_cast<double>(begin + count);
      if (observer.on_step) observer.on_step(progress);
    }
    if (progress.epoch >= first_averaged(options.average, options.epochs)) {
      average.add(trainer.parameters());
    }
  }
}

// Without those of the special inputs behind them.
quantize::Thresholds first_features(const quantize::Thresholds& thresholds, std::size_t count) {
  quantize::Thresholds result;
  for (std::size_t f = 0; f < count; ++f) result.add_feature(thresholds.of(f));
  return result;
}

model::Model trained_network(const data::Table& table, std::span<const std::uint32_t> rows,
                             const Preparation& prepared, const Options& options,
                             const Observer& observer) {
  training::TrainerOptions network_options = trainer_options(options);
  if (!table.classes.empty()) {
    network_options.loss = inference::Loss::cross_entropy;
    network_options.outputs = table.classes.size();
    network_options.class_weights = prepared.class_weights;
  }
  network_options.levels = prepared.numeric_levels;
  network_options.granularity = options.method == quantize::Method::llt9 ? 9 : 4;
  training::Trainer trainer(network_options, prepared.inputs, prepared.targets,
                            prepared.trainer_thresholds);
  WeightAverage average;
  run_epochs(trainer, rows.size(), prepared.copies, options, observer, average);

  inference::Parameters parameters = average.count() > 0 ? average.mean() : trainer.parameters();
  model::FoldInput fold_input;
  fold_input.method = options.method;
  fold_input.features = prepared.features;
  fold_input.thresholds = parameters.thresholds.features() > 0
                              ? first_features(parameters.thresholds, prepared.features.size())
                              : prepared.thresholds;
  fold_input.special_trained = prepared.special_trained;
  fold_input.midpoints = parameters.values.empty() ? prepared.midpoints : parameters.values;
  fold_input.layers = std::move(parameters.layers);
  for (const inference::DenseLayer& layer : fold_input.layers) {
    for (const float weight : layer.weights.values()) {
      require_finite(weight, {.epoch = options.epochs}, options);
    }
  }
  return model::fold(fold_input);
}

// Trees are grown on numbers for a number.
void require_boostable(const data::Table& table, const Preparation& prepared) {
  const std::string remedy = "use --decoder network and a method other than xgb and xgb-qq";
  if (!table.classes.empty()) {
    throw base::InputError(table.source, "", "boosted trees do not classify yet", remedy);
  }
  for (const model::Feature& feature : prepared.features) {
    if (feature.plain()) continue;
    throw base::InputError(table.source, "column " + text::in_quotes(feature.name),
                           "boosted trees know neither categories nor gaps yet", remedy);
  }
}

}  // namespace

model::Model train_model(const data::Table& table, std::span<const std::uint32_t> rows,
                         const Options& options, const Observer& observer) {
  validate(options);
  const auto stop_if_asked = [&](unsigned) {
    if (observer.stop != nullptr && observer.stop->load(std::memory_order_relaxed)) {
      throw Interrupted();
    }
  };
  const bool boosted = options.decoder == Decoder::boosted ||
                       quantize::traits(options.method).input == quantize::FirstLayerInput::none;
  const Preparation prepared = prepare(table, rows, options, stop_if_asked);
  if (boosted) require_boostable(table, prepared);
  // Where trees decode and no threshold learns, a network would be trained for nothing.
  model::Model result = boosted && !quantize::traits(options.method).trains_thresholds
                            ? model_without_decoder(prepared, options.method)
                            : trained_network(table, rows, prepared, options, observer);
  if (boosted) {
    give_boosted_decoder(result, table, rows, prepared, options.seed, stop_if_asked);
  }
  result.packing = options.packing;
  result.target_name = table.target_name;
  result.output = output_of(table, prepared);
  result.record.data = table.source;
  result.record.seed = options.seed;
  result.record.settings = settings(options);
  count_code_rows(result, table, rows);
  return result;
}

}  // namespace terse::train
