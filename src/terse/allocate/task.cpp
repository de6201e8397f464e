#include "terse/allocate/task.h"

#include <algorithm>
#include <cmath>

#include "terse/inference/loss.h"

namespace terse::allocate {
namespace {

double square(double value) {
  return value * value;
}

// log of softmax(scores)[index].
double log_probability(std::span<const float> scores, std::size_t index) {
  const auto largest = static_cast<double>(*std::ranges::max_element(scores));
  double sum = 0.0;
  for (const float score : scores) sum += std::exp(static_cast<double>(score) - largest);
  return static_cast<double>(scores[index]) - largest - std::log(sum);
}

}  // namespace

double Task::loss(std::span<const float> scores, float target) const {
  if (classes == 0 && number_loss == inference::Loss::squared_error) {
    return square(static_cast<double>(scores[0]) - static_cast<double>(target));
  }
  if (classes == 0) {
    const auto wanted = static_cast<double>(target);
    return inference::number_loss(number_loss, quantile, static_cast<double>(scores[0]), wanted)
               .value -
           inference::least_loss(number_loss, wanted);
  }
  const auto index = static_cast<std::size_t>(target);
  const double weight = class_weights.empty() ? 1.0 : static_cast<double>(class_weights[index]);
  return -weight * log_probability(scores, index);
}

double Task::shift(std::span<const float> before, std::span<const float> after) const {
  if (classes == 0) return square(static_cast<double>(after[0]) - static_cast<double>(before[0]));
  double sum = 0.0;
  for (std::size_t c = 0; c < classes; ++c) {
    const double was = log_probability(before, c);
    sum += std::exp(was) * (was - log_probability(after, c));
  }
  return sum;
}

Task task_of(const data::Table& table, const train::Preparation& prepared,
             const train::Options& training) {
  return {table.classes.size(), prepared.class_weights, training.objective.loss,
          training.objective.quantile};
}

}  // namespace terse::allocate
