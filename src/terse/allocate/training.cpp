#include "terse/allocate/training.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "terse/base/random.h"
#include "terse/training/trainer.h"

namespace terse::allocate {
namespace {

// The stream of Random that shuffles epoch e is shuffle_stream + e.
constexpr std::uint64_t shuffle_stream = 5000;
// The same for the choice among copies of rows.
constexpr std::uint64_t copy_stream = 1U << 29;

// 0 in the first epoch, 1 in the last.
double progress_of(unsigned epoch, unsigned epochs) {
  return epochs > 1 ? static_cast<double>(epoch) / static_cast<double>(epochs - 1) : 1.0;
}

training::TrainerOptions trainer_options(const Task& task, const train::Options& options,
                                         std::uint64_t seed) {
  training::TrainerOptions result;
  if (task.classes > 0) {
    result.loss = inference::Loss::cross_entropy;
    result.outputs = task.classes;
    result.class_weights = task.class_weights;
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

void shuffle(std::vector<std::uint32_t>& order, std::size_t copies, std::uint64_t seed,
             unsigned epoch) {
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  base::Random(seed, shuffle_stream + epoch).shuffle(order);
  if (copies == 1) return;
  base::Random random(seed, copy_stream + epoch);
  const std::size_t rows = order.size();
  for (std::uint32_t& row : order) row += static_cast<std::uint32_t>(rows * random.below(copies));
}

void run(training::Trainer& trainer, const TrainingRows& rows, const train::Options& options,
         const Phase& phase, std::uint64_t seed, const train::Observer& observer) {
  std::vector<std::uint32_t> order(rows.targets.size() / rows.copies);
  const std::size_t batch = std::min(options.batch_rows, order.size());
  for (unsigned epoch = 0; epoch < phase.epochs; ++epoch) {
    const double done = progress_of(epoch, phase.epochs);
    const double temperature =
        phase.temperature_begin * std::pow(phase.temperature_end / phase.temperature_begin, done);
    const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * done));
    trainer.set_learning_rate(phase.rate_end + (phase.rate_begin - phase.rate_end) * cosine);
    shuffle(order, rows.copies, seed, epoch);
    for (std::size_t begin = 0; begin < order.size(); begin += batch) {
      if (observer.stop != nullptr && observer.stop->load(std::memory_order_relaxed)) {
        throw train::Interrupted();
      }
      const std::size_t count = std::min(batch, order.size() - begin);
      const double loss =
          trainer.step(std::span(order).subspan(begin, count), static_cast<float>(temperature));
      if (!std::isfinite(loss)) {
        throw base::JobError(
            "training diverged: the loss is no longer finite; lower `learning_rate`");
      }
    }
  }
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
                            prepared.trainer_thresholds);
  run(trainer, {prepared.inputs, prepared.targets, prepared.copies}, options, phase, seed,
      observer);
  return level_table(trainer.parameters(), shapes_of(prepared));
}

LevelTable trained_on(const Task& task, const TrainingRows& rows, const LevelTable& table,
                      const train::Options& options, const Phase& phase, std::uint64_t seed,
                      const train::Observer& observer) {
  const inference::Parameters start = parameters(table);
  training::Trainer trainer(trainer_options(task, options, seed), rows.inputs, rows.targets,
                            start.thresholds);
  trainer.set_parameters(start);
  run(trainer, rows, options, phase, seed, observer);
  return level_table(trainer.parameters(), table.shapes);
}

}  // namespace terse::allocate
