#include "terse/allocate/training.h"

#include <cmath>

#include "terse/train/loop.h"
#include "terse/training/trainer.h"

namespace terse::allocate {
namespace {

// Streams of Random, as LoopPolicy has them.
constexpr std::uint64_t shuffle_stream = 5000;
constexpr std::uint64_t copy_stream = 1U << 29;

training::TrainerOptions trainer_options(const Task& task, const train::Options& options,
                                         std::uint64_t seed) {
  training::TrainerOptions result;
  if (task.classes > 0) {
    result.loss = inference::Loss::cross_entropy;
    result.outputs = task.classes;
    result.class_weights = task.class_weights;
  } else {
    result.loss = task.number_loss;
    result.quantile = task.quantile;
  }
  result.input = training::InputLayer::soft_steps;
  result.hidden = options.hidden;
  result.dropout = static_cast<float>(options.dropout);
  result.learning_rate = options.learning_rate;
  result.threshold_rate_factor = options.threshold_rate_factor;
  result.batch_rows_max = options.batch_rows;
  result.threads = options.threads;
  result.seed = seed;
  return result;
}

train::EpochRates rates_of(const Phase& phase, unsigned epoch) {
  const double done = train::progress_of(epoch, phase.epochs);
  const double temperature =
      phase.temperature_begin * std::pow(phase.temperature_end / phase.temperature_begin, done);
  const double cosine = train::half_cosine(epoch, phase.epochs);
  return {static_cast<float>(temperature),
          phase.rate_end + (phase.rate_begin - phase.rate_end) * cosine};
}

inference::Parameters run(training::Trainer& trainer, const TrainingRows& rows,
                          const train::Options& options, const Phase& phase, std::uint64_t seed,
                          const train::Observer& observer) {
  const train::LoopPolicy policy{
      .epochs = phase.epochs,
      .rows = rows.targets.size() / rows.copies,
      .copies = rows.copies,
      .batch_rows = options.batch_rows,
      .learning_rate = phase.rate_begin,
      .seed = seed,
      .shuffle_stream = shuffle_stream,
      .copy_stream = copy_stream,
      .rates = [&phase](unsigned epoch) { return rates_of(phase, epoch); }};
  return train::trained_parameters(trainer, policy, observer);
}

}  // namespace

std::vector<FeatureShape> shapes_of(const train::Preparation& prepared) {
  std::vector<FeatureShape> shapes;
  for (const model::Feature& feature : prepared.features) {
    shapes.push_back({.categorical = !feature.categories.empty(),
                      .special = feature.special_levels(),
                      .other = feature.unseen_level,
                      .missing = feature.missing_level});
  }
  return shapes;
}

LevelTable trained(const Task& task, const train::Preparation& prepared,
                   const train::Options& options, const Phase& phase, std::uint64_t seed,
                   const train::Observer& observer) {
  training::Trainer trainer(trainer_options(task, options, seed), prepared.inputs, prepared.targets,
                            prepared.trainer_thresholds, prepared.weights);
  const TrainingRows rows{prepared.inputs, prepared.targets, prepared.copies, prepared.weights};
  return level_table(run(trainer, rows, options, phase, seed, observer), shapes_of(prepared));
}

LevelTable trained_on(const Task& task, const TrainingRows& rows, const LevelTable& table,
                      const train::Options& options, const Phase& phase, std::uint64_t seed,
                      const train::Observer& observer) {
  const inference::Parameters start = parameters(table);
  training::Trainer trainer(trainer_options(task, options, seed), rows.inputs, rows.targets,
                            start.thresholds, rows.weights);
  trainer.set_parameters(start);
  return level_table(run(trainer, rows, options, phase, seed, observer), table.shapes);
}

}  // namespace terse::allocate
