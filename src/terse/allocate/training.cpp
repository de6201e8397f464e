#include "terse/allocate/training.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "terse/network/trainer.h"
#include "terse/random.h"

namespace terse::allocate {
namespace {

// The stream of Random that shuffles epoch e is shuffle_stream + e.
constexpr std::uint64_t shuffle_stream = 5000;

// 0 in the first epoch, 1 in the last.
double progress_of(unsigned epoch, unsigned epochs) {
  return epochs > 1 ? static_cast<double>(epoch) / static_cast<double>(epochs - 1) : 1.0;
}

network::TrainerOptions trainer_options(const train::Options& options, std::uint64_t seed) {
  network::TrainerOptions result;
  result.input = network::InputLayer::soft_steps;
  result.hidden = options.hidden;
  result.dropout = static_cast<float>(options.dropout);
  result.learning_rate = options.learning_rate;
  result.threshold_rate_factor = options.threshold_rate_factor;
  result.batch_rows_max = options.batch_rows;
  result.threads = options.threads;
  result.seed = seed;
  return result;
}

void run(network::Trainer& trainer, std::size_t rows, const train::Options& options,
         const Phase& phase, std::uint64_t seed, const train::Observer& observer) {
  std::vector<std::uint32_t> order(rows);
  const std::size_t batch = std::min(options.batch_rows, rows);
  for (unsigned epoch = 0; epoch < phase.epochs; ++epoch) {
    const double done = progress_of(epoch, phase.epochs);
    const double temperature =
        phase.temperature_begin * std::pow(phase.temperature_end / phase.temperature_begin, done);
    const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * done));
    trainer.set_learning_rate(phase.rate_end + (phase.rate_begin - phase.rate_end) * cosine);
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    Random(seed, shuffle_stream + epoch).shuffle(order);
    for (std::size_t begin = 0; begin < rows; begin += batch) {
      if (observer.stop != nullptr && observer.stop->load(std::memory_order_relaxed)) {
        throw train::Interrupted();
      }
      const std::size_t count = std::min(batch, rows - begin);
      const double loss =
          trainer.step(std::span(order).subspan(begin, count), static_cast<float>(temperature));
      if (!std::isfinite(loss)) {
        throw JobError("training diverged: the loss is no longer finite; lower --lr");
      }
    }
  }
}

}  // namespace

LevelTable trained(const train::Preparation& prepared, const quantize::Thresholds& thresholds,
                   const train::Options& options, const Phase& phase, std::uint64_t seed,
                   const train::Observer& observer) {
  network::Trainer trainer(trainer_options(options, seed), prepared.inputs, prepared.targets,
                           thresholds);
  run(trainer, prepared.inputs.rows(), options, phase, seed, observer);
  return level_table(trainer.parameters());
}

LevelTable trained_on(const train::Preparation& prepared, const LevelTable& table,
                      const train::Options& options, const Phase& phase, std::uint64_t seed,
                      const train::Observer& observer) {
  network::Trainer trainer(trainer_options(options, seed), prepared.inputs, prepared.targets,
                           table.thresholds);
  trainer.set_parameters(parameters(table));
  run(trainer, prepared.inputs.rows(), options, phase, seed, observer);
  return level_table(trainer.parameters());
}

}  // namespace terse::allocate
