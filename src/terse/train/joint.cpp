#include "terse/train/joint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "terse/data/split.h"
#include "terse/model/fold.h"
#include "terse/network/trainer.h"
#include "terse/random.h"
#include "terse/train/boosted_decoder.h"
#include "terse/train/preparation.h"

namespace terse::train {
namespace {

// The stream of Random that shuffles epoch e is shuffle_stream + e.
constexpr std::uint64_t shuffle_stream = 1000;

network::InputLayer input_layer(quantize::Method method) {
  const quantize::MethodTraits& traits = quantize::traits(method);
  switch (traits.input) {
    case quantize::FirstLayerInput::readings:
    case quantize::FirstLayerInput::midpoints:
      return network::InputLayer::values;
    case quantize::FirstLayerInput::none:
      break;
    case quantize::FirstLayerInput::soft_sum:
      return network::InputLayer::soft_sum;
    case quantize::FirstLayerInput::steps:
      return traits.trains_thresholds ? network::InputLayer::soft_steps
                                      : network::InputLayer::hard_steps;
  }
  TERSE_CHECK(false);
}

network::TrainerOptions trainer_options(const Options& options) {
  network::TrainerOptions result;
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
  throw JobError(fmt::format(
      "training diverged: the loss became {} in epoch {} of {}, at learning rate {}; lower --lr "
      "(try {}), or look for extreme values in the data",
      loss, progress.epoch, options.epochs, options.learning_rate, options.learning_rate / 10));
}

void run_epochs(network::Trainer& trainer, std::size_t row_count, const Options& options,
                const Observer& observer) {
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
    Random(options.seed, shuffle_stream + epoch).shuffle(order);
    double squared_errors = 0.0;
    for (std::size_t begin = 0; begin < row_count; begin += batch_rows) {
      if (observer.stop != nullptr && observer.stop->load(std::memory_order_relaxed)) {
        throw Interrupted();
      }
      const std::size_t count = std::min(batch_rows, row_count - begin);
      const double loss =
          trainer.step(std::span(order).subspan(begin, count), progress.temperature);
      require_finite(loss, progress, options);
      squared_errors += loss * static_cast<double>(count);
      ++progress.step;
      progress.loss = squared_errors / static_cast<double>(begin + count);
      if (observer.on_step) observer.on_step(progress);
    }
  }
}

model::Model trained_network(const Preparation& prepared, const Options& options,
                             const Observer& observer) {
  network::Trainer trainer(trainer_options(options), prepared.inputs, prepared.targets,
                           prepared.trainer_thresholds);
  run_epochs(trainer, prepared.targets.size(), options, observer);

  network::Parameters parameters = trainer.parameters();
  model::FoldInput fold_input;
  fold_input.method = options.method;
  fold_input.features = prepared.features;
  fold_input.thresholds =
      parameters.thresholds.features() > 0 ? std::move(parameters.thresholds) : prepared.thresholds;
  fold_input.midpoints = prepared.midpoints;
  fold_input.layers = std::move(parameters.layers);
  for (const network::DenseLayer& layer : fold_input.layers) {
    for (const float weight : layer.weights.values()) {
      require_finite(weight, {.epoch = options.epochs}, options);
    }
  }
  return model::fold(fold_input);
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
  const Preparation prepared = prepare(table, rows, options, stop_if_asked);
  const bool boosted = options.decoder == Decoder::boosted ||
                       quantize::traits(options.method).input == quantize::FirstLayerInput::none;
  // Where trees decode and no threshold learns, a network would be trained for nothing.
  model::Model result = boosted && !quantize::traits(options.method).trains_thresholds
                            ? model_without_network(prepared, options.method)
                            : trained_network(prepared, options, observer);
  if (boosted) {
    give_boosted_decoder(result, table, rows, prepared, options.seed, stop_if_asked);
  }
  result.packing = options.packing;
  result.target_name = table.target_name;
  result.target_mean = prepared.target_scaler.mean.front();
  result.target_deviation = prepared.target_scaler.deviation.front();
  result.record.data = table.source;
  result.record.seed = options.seed;
  result.record.settings = settings(options);
  return result;
}

}  // namespace terse::train
