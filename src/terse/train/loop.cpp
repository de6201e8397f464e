#include "terse/train/loop.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/train/weight_average.h"

namespace terse::train {
namespace {

// epoch: from 1.
void require_finite(double loss, const LoopPolicy& policy, unsigned epoch) {
  if (std::isfinite(loss)) return;
  throw base::JobError(fmt::format(
      "{} diverged: the loss became {} in epoch {} of {}, at learning rate {}; lower "
      "`learning_rate` (try "
      "{}), or look for extreme values in the data",
      policy.job, loss, epoch, policy.epochs, policy.learning_rate, policy.learning_rate / 10));
}

// Every row once, each from any of its copies.
void shuffle(std::vector<std::uint32_t>& order, const LoopPolicy& policy, unsigned epoch) {
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  base::Random(policy.seed, policy.shuffle_stream + epoch).shuffle(order);
  if (policy.copies == 1) return;
  base::Random random(policy.seed, policy.copy_stream + epoch);
  for (std::uint32_t& row : order) {
    row += static_cast<std::uint32_t>(policy.rows * random.below(policy.copies));
  }
}

}  // namespace

void run_epochs(const LoopPolicy& policy, const Learner& learner, const Observer& observer) {
  TERSE_CHECK(policy.rows > 0 && policy.batch_rows > 0 && policy.copies > 0);
  const std::size_t batch_rows = std::min(policy.batch_rows, policy.rows);
  const std::size_t batches = (policy.rows + batch_rows - 1) / batch_rows;
  std::vector<std::uint32_t> order(policy.rows);
  Progress progress;
  progress.steps = batches * policy.epochs;
  progress.epochs = policy.epochs;
  for (unsigned epoch = 0; epoch < policy.epochs; ++epoch) {
    const EpochRates rates = policy.rates(epoch);
    progress.epoch = epoch + 1;
    progress.temperature = rates.temperature;
    if (learner.before_epoch) learner.before_epoch(epoch);
    shuffle(order, policy, epoch);
    double loss_sum = 0.0;
    for (std::size_t begin = 0; begin < policy.rows; begin += batch_rows) {
      stop_if_asked(observer.stop);
      const std::size_t count = std::min(batch_rows, policy.rows - begin);
      const double loss = learner.step(std::span(order).subspan(begin, count), rates);
      require_finite(loss, policy, progress.epoch);
      loss_sum += loss * static_cast<double>(count);
      ++progress.step;
      progress.loss = loss_sum / static_cast<double>(begin + count);
      if (observer.on_step) observer.on_step(progress);
    }
    if (learner.after_epoch) learner.after_epoch(epoch);
  }
}

inference::Parameters trained_parameters(training::Trainer& trainer, const LoopPolicy& policy,
                                         const Observer& observer) {
  WeightAverage average;
  const unsigned first = first_averaged(policy.average, policy.epochs);
  Learner learner;
  learner.step = [&](std::span<const std::uint32_t> rows, const EpochRates& rates) {
    trainer.set_learning_rate(rates.learning_rate);
    return trainer.step(rows, rates.temperature);
  };
  learner.after_epoch = [&](unsigned epoch) {
    if (epoch + 1 >= first) average.add(trainer.parameters());
  };
  run_epochs(policy, learner, observer);
  inference::Parameters result = average.count() > 0 ? average.mean() : trainer.parameters();
  for (const inference::DenseLayer& layer : result.layers) {
    for (const float weight : layer.weights.values()) {
      require_finite(static_cast<double>(weight), policy, policy.epochs);
    }
  }
  return result;
}

double progress_of(unsigned epoch, unsigned epochs) {
  return epochs > 1 ? static_cast<double>(epoch) / static_cast<double>(epochs - 1) : 1.0;
}

double half_cosine(unsigned epoch, unsigned epochs) {
  return 0.5 * (1.0 + std::cos(std::numbers::pi * progress_of(epoch, epochs)));
}

}  // namespace terse::train
