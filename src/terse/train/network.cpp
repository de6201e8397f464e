#include "terse/train/network.h"

#include <algorithm>
#include <utility>

#include "terse/base/error.h"
#include "terse/model/fold.h"
#include "terse/quantize/schedule.h"
#include "terse/train/kept_encoder.h"
#include "terse/train/loop.h"
#include "terse/train/objective.h"
#include "terse/train/observer.h"
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

// Features in groups that keep their signs: neighbours, where there are more than enough for all
// submodels to differ. Each costs a sum per row and unit.
constexpr std::size_t sign_groups_max = 16;

std::uint32_t sign_group(std::size_t feature, std::size_t features) {
  const std::size_t groups = std::min(features, sign_groups_max);
  return static_cast<std::uint32_t>(feature * groups / features);
}

// Of the trainer's columns: the features, then their special levels.
std::vector<std::uint32_t> sign_groups(const std::vector<model::Feature>& features) {
  std::vector<std::uint32_t> groups;
  for (std::size_t f = 0; f < features.size(); ++f) {
    groups.push_back(sign_group(f, features.size()));
  }
  for (std::size_t f = 0; f < features.size(); ++f) {
    groups.insert(groups.end(), features[f].special_levels(), groups[f]);
  }
  return groups;
}

// From signs of groups to those of features.
base::Matrix signs_of_features(const base::Matrix& signs, std::size_t features) {
  if (signs.rows() == 0) return {};
  base::Matrix result(signs.rows(), features);
  for (std::size_t k = 0; k < signs.rows(); ++k) {
    for (std::size_t f = 0; f < features; ++f) result(k, f) = signs(k, sign_group(f, features));
  }
  return result;
}

training::TrainerOptions trainer_options(const Options& options) {
  training::TrainerOptions result;
  result.input = input_layer(options.method);
  result.hidden = options.hidden;
  result.dropout = static_cast<float>(options.dropout);
  result.learning_rate = options.learning_rate;
  result.weight_decay = options.weight_decay;
  result.threshold_rate_factor = options.threshold_rate_factor;
  result.batch_rows_max = options.batch_rows;
  result.threads = options.threads;
  result.seed = options.seed;
  return result;
}

// Shares of the whole loss, which is the weighted mean of the targets' losses.
std::vector<training::TargetLoss> target_losses(const data::Table& table,
                                                const Preparation& prepared,
                                                const Options& options) {
  std::vector<training::TargetLoss> losses;
  double sum = prepared.target_weight;
  for (const PreparedTarget& further : prepared.further_targets) sum += further.weight;
  for (std::size_t t = 0; t < table.targets(); ++t) {
    const PreparedTarget* further = t == 0 ? nullptr : &prepared.further_targets[t - 1];
    const Objective objective = objective_of_target(options, t);
    training::TargetLoss own{objective.loss, objective.quantile};
    const std::size_t classes = table.target_view(t).classes.size();
    if (classes > 0) {
      own.loss = inference::Loss::cross_entropy;
      own.outputs = classes;
      own.class_weights = further == nullptr ? prepared.class_weights : further->class_weights;
    }
    own.share = (further == nullptr ? prepared.target_weight : further->weight) / sum;
    losses.push_back(std::move(own));
  }
  return losses;
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

}  // namespace

model::Model trained_network(const data::Table& table, std::span<const std::uint32_t> rows,
                             const Preparation& prepared, const Options& options,
                             const Observer& observer) {
  training::TrainerOptions network_options = trainer_options(options);
  std::vector<float> joint_targets;
  if (!prepared.further_targets.empty()) {
    network_options.targets = target_losses(table, prepared, options);
    joint_targets = prepared.targets;
    for (const PreparedTarget& further : prepared.further_targets) {
      joint_targets.insert(joint_targets.end(), further.values.begin(), further.values.end());
    }
  } else if (!table.classes.empty()) {
    network_options.loss = inference::Loss::cross_entropy;
    network_options.outputs = table.classes.size();
    network_options.class_weights = prepared.class_weights;
  } else {
    network_options.loss = options.objective.loss;
    network_options.quantile = options.objective.quantile;
  }
  network_options.levels = prepared.numeric_levels;
  network_options.granularity = options.method == quantize::Method::llt9 ? 9 : 4;
  if (options.network == Network::tabm) {
    network_options.submodels = submodel_count;
    network_options.submodels_per_row = options.submodels_per_row;
    network_options.sign_groups = sign_groups(prepared.features);
  }
  training::Trainer trainer(network_options, prepared.inputs,
                            joint_targets.empty() ? prepared.targets : joint_targets,
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
  fold_input.signs = signs_of_features(parameters.signs, prepared.features.size());
  model::Model model = model::fold(fold_input);
  if (options.encoder) keep_encoder(model, *options.encoder, table, rows);
  return model;
}

}  // namespace terse::train
