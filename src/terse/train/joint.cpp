#include "terse/train/joint.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/data/split_rule.h"
#include "terse/model/fold.h"
#include "terse/quantize/schedule.h"
#include "terse/train/boosted_decoder.h"
#include "terse/train/code_rows.h"
#include "terse/train/loop.h"
#include "terse/train/metrics.h"
#include "terse/train/observer.h"
#include "terse/train/option_table.h"
#include "terse/train/preparation.h"
#include "terse/train/scales.h"
#include "terse/training/trainer.h"

namespace terse::train {
namespace {

// Streams of Random, as LoopPolicy has them.
constexpr std::uint64_t shuffle_stream = 1000;
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

LoopPolicy loop_policy(const Options& options, std::size_t rows, std::size_t copies) {
  return {.epochs = options.epochs,
          .rows = rows,
          .copies = copies,
          .batch_rows = options.batch_rows,
          .learning_rate = options.learning_rate,
          .seed = options.seed,
          .shuffle_stream = shuffle_stream,
          .copy_stream = copy_stream,
          .average = options.average,
          .rates = [&options](unsigned epoch) -> EpochRates {
            return {quantize::temperature(options.schedule, epoch, options.epochs,
                                          options.temperature_end),
                    options.learning_rate};
          }};
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
  } else {
    network_options.loss = options.objective.loss;
    network_options.quantile = options.objective.quantile;
  }
  network_options.levels = prepared.numeric_levels;
  network_options.granularity = options.method == quantize::Method::llt9 ? 9 : 4;
  training::Trainer trainer(network_options, prepared.inputs, prepared.targets,
                            prepared.trainer_thresholds, prepared.weights);
  inference::Parameters parameters =
      trained_parameters(trainer, loop_policy(options, rows.size(), prepared.copies), observer);
  model::FoldInput fold_input;
  fold_input.method = options.method;
  fold_input.features = prepared.features;
  fold_input.thresholds = parameters.thresholds.features() > 0
                              ? first_features(parameters.thresholds, prepared.features.size())
                              : prepared.thresholds;
  fold_input.special_trained = prepared.special_trained;
  fold_input.midpoints = parameters.values.empty() ? prepared.midpoints : parameters.values;
  fold_input.readings = prepared.readings;
  fold_input.layers = std::move(parameters.layers);
  return model::fold(fold_input);
}

// What does not come from training.
void describe(model::Model& model, const data::Table& table, const Preparation& prepared,
              const Options& options) {
  model.packing = options.packing;
  model.target_name = table.target_name;
  model.target_origin = table.target_origin;
  model.output = output_of(table, prepared, options.objective);
  model.record.data = table.source;
  model.record.seed = options.seed;
  model.record.settings = settings(options);
}

double loss_of(const model::Model& model, const data::Table& table,
               std::span<const std::uint32_t> rows) {
  return evaluate(model, table, rows).loss();
}

struct Choice {
  Decoder decoder = Decoder::network;
  std::string reason;
};

// Positions of the rows that choose (test), a tenth of them by the rule of the split, and of the
// others.
data::Split deciding(const data::Table& table, std::span<const std::uint32_t> rows,
                     const Options& options) {
  constexpr std::uint64_t stream = 902;
  if (auto split = data::held_back(table, rows, 0.1, options.seed, options.split)) {
    return *std::move(split);
  }
  const auto order = base::shuffled_rows(rows.size(), options.seed, stream);
  const auto begin = order.begin() + static_cast<std::ptrdiff_t>(rows.size() / 10);
  return {{begin, order.end()}, {order.begin(), begin}};
}

std::vector<std::uint32_t> rows_at(std::span<const std::uint32_t> rows,
                                   const std::vector<std::uint32_t>& places) {
  std::vector<std::uint32_t> result;
  for (const std::uint32_t place : places) result.push_back(rows[place]);
  std::ranges::sort(result);
  return result;
}

// Both decoders on the same thresholds, without a tenth of the rows, which then decide.
Choice best_decoder(const data::Table& table, std::span<const std::uint32_t> rows,
                    const Options& options, const Observer& observer) {
  constexpr std::size_t rows_to_choose = 50;
  if (quantize::traits(options.method).input == quantize::FirstLayerInput::none) {
    return {Decoder::boosted, "the method has no network"};
  }
  if (table.classes.empty() && options.objective.loss == inference::Loss::quantile) {
    return {Decoder::network, "boosted trees do not learn a quantile"};
  }
  if (rows.size() < rows_to_choose) {
    return {Decoder::network, fmt::format("{} rows are too few to choose by", rows.size())};
  }
  const data::Split split = deciding(table, rows, options);
  const std::vector<std::uint32_t> measured = rows_at(rows, split.test);
  const std::vector<std::uint32_t> training = rows_at(rows, split.train);
  const auto on_round = [&](unsigned) { stop_if_asked(observer.stop); };
  const Preparation prepared = prepare(table, training, options, on_round);
  model::Model model = trained_network(table, training, prepared, options, observer);
  describe(model, table, prepared, options);
  const double network = loss_of(model, table, measured);
  give_boosted_decoder(model, table, training, prepared, options, on_round);
  const double boosted = loss_of(model, table, measured);
  const std::string_view squared = options.objective == Objective{} ? "MSE" : "loss";
  const std::string_view loss = table.classes.empty() ? squared : "log loss";
  return {boosted < network ? Decoder::boosted : Decoder::network,
          fmt::format("{} of {} rows set aside: network {:.4g}, boosted {:.4g}", loss,
                      measured.size(), network, boosted)};
}

}  // namespace

model::Model train_model(const data::Table& table, std::span<const std::uint32_t> rows,
                         const Options& options) {
  return train_model(table, rows, options, Observer{});
}

model::Model train_model(const data::Table& table, std::span<const std::uint32_t> rows,
                         const Options& options, const Observer& observer) {
  validate(options);
  if (options.decoder == Decoder::best) {
    Options chosen = options;
    const Choice best = best_decoder(table, rows, options, observer);
    chosen.decoder = best.decoder;
    model::Model model = train_model(table, rows, chosen, observer);
    auto& record = model.record.settings;
    std::erase_if(record, [](const auto& setting) { return setting.first == "decoder"; });
    record.emplace_back("decoder", "best");
    record.emplace_back("decoder chosen",
                        fmt::format("{} ({})", model::decoder::name(model.decoder), best.reason));
    return model;
  }
  const auto on_round = [&](unsigned) { stop_if_asked(observer.stop); };
  const bool boosted = options.decoder == Decoder::boosted ||
                       quantize::traits(options.method).input == quantize::FirstLayerInput::none;
  const Preparation prepared = prepare(table, rows, options, on_round);
  // Where trees decode and no threshold learns, a network would be trained for nothing.
  model::Model result = boosted && !quantize::traits(options.method).trains_thresholds
                            ? model_without_decoder(prepared, options.method)
                            : trained_network(table, rows, prepared, options, observer);
  if (boosted) {
    give_boosted_decoder(result, table, rows, prepared, options, on_round);
  }
  describe(result, table, prepared, options);
  std::ranges::move(scale_record(table, chosen_scales(table, rows, options)),
                    std::back_inserter(result.record.settings));
  count_code_rows(result, table, rows);
  return result;
}

}  // namespace terse::train
