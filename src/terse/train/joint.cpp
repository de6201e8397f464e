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

// A way to predict: the thresholds of a method, and what decodes them.
struct Candidate {
  quantize::Method method;
  Decoder decoder = Decoder::network;
  std::string_view name = "network";
};

struct Choice {
  Candidate best;
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

// The settings of a candidate; a start of thresholds belongs to those that learn.
Options options_for(const Candidate& candidate, const Options& options) {
  Options result = options;
  result.method = candidate.method;
  result.decoder = candidate.decoder;
  if (!quantize::choosable_start(candidate.method)) result.start.reset();
  return result;
}

// The network, trees on its thresholds, and where those learn for the network trees on quantile
// codes, too: each without a tenth of the rows, which then decide.
Choice best_decoder(const data::Table& table, std::span<const std::uint32_t> rows,
                    const Options& options, const Observer& asked) {
  Observer observer = asked;
  if (asked.on_step) {
    observer.on_step = [&](Progress progress) {
      progress.purpose = "to choose the decoder";
      asked.on_step(progress);
    };
  }
  constexpr std::size_t rows_to_choose = 50;
  const Candidate network{options.method};
  const Candidate boosted{options.method, Decoder::boosted, "boosted"};
  const quantize::MethodTraits& traits = quantize::traits(options.method);
  if (traits.input == quantize::FirstLayerInput::none) {
    return {boosted, "the method has no network"};
  }
  if (table.classes.empty() && options.objective.loss == inference::Loss::quantile) {
    return {network, "boosted trees do not learn a quantile"};
  }
  if (rows.size() < rows_to_choose) {
    return {network, fmt::format("{} rows are too few to choose by", rows.size())};
  }
  const data::Split split = deciding(table, rows, options);
  const std::vector<std::uint32_t> measured = rows_at(rows, split.test);
  const std::vector<std::uint32_t> training = rows_at(rows, split.train);
  const auto on_round = [&](unsigned) { stop_if_asked(observer.stop); };
  std::vector<std::pair<double, Candidate>> losses;

  const Preparation prepared = prepare(table, training, options, on_round);
  model::Model model = trained_network(table, training, prepared, options, observer);
  describe(model, table, prepared, options);
  losses.emplace_back(loss_of(model, table, measured), network);
  give_boosted_decoder(model, table, training, prepared, options, on_round);
  losses.emplace_back(loss_of(model, table, measured), boosted);
  if (traits.trains_thresholds) {
    const Candidate quantile{quantize::Method::xgb_qq, Decoder::boosted,
                             "boosted on quantile codes"};
    model = train_model(table, training, options_for(quantile, options), observer);
    losses.emplace_back(loss_of(model, table, measured), quantile);
  }

  const std::string_view squared = options.objective == Objective{} ? "MSE" : "loss";
  std::string reason = fmt::format(
      "{} of {} rows set aside:", table.classes.empty() ? squared : "log loss", measured.size());
  for (const auto& [loss, candidate] : losses) {
    reason += fmt::format("{} {} {:.4g}", reason.ends_with(':') ? "" : ",", candidate.name, loss);
  }
  const auto least =
      std::ranges::min_element(losses, {}, [](const auto& one) { return one.first; });
  return {least->second, std::move(reason)};
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
    const Choice choice = best_decoder(table, rows, options, observer);
    model::Model model = train_model(table, rows, options_for(choice.best, options), observer);
    auto& record = model.record.settings;
    std::erase_if(record, [](const auto& setting) { return setting.first == "decoder"; });
    record.emplace_back("decoder", "best");
    record.emplace_back("decoder chosen", fmt::format("{} ({})", choice.best.name, choice.reason));
    return model;
  }
  const auto on_round = [&](unsigned) { stop_if_asked(observer.stop); };
  const bool boosted = options.decoder == Decoder::boosted ||
                       quantize::traits(options.method).input == quantize::FirstLayerInput::none;
  // What trees cannot learn is refused before a network is trained for their thresholds.
  if (boosted) static_cast<void>(boosting_for(table.classes.size(), options.objective));
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
