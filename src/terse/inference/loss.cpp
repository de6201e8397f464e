#include "terse/inference/loss.h"

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"

namespace terse::inference {
namespace {

// The sum of exp(score - largest), at least 1.
double exponential_sum(std::span<const float> scores, double largest) {
  double sum = 0.0;
  for (const float score : scores) sum += std::exp(static_cast<double>(score) - largest);
  return sum;
}

// exp(output) and its derivative; straight on beyond a rate that no table holds.
NumberLoss rate_of(double output) {
  constexpr double straight_from = 30.0;
  const double rate = std::exp(std::min(output, straight_from));
  return {rate * (1.0 + std::max(0.0, output - straight_from)), rate};
}

}  // namespace

NumberLoss number_loss(Loss loss, double q, double output, double target) {
  const double error = output - target;
  switch (loss) {
    case Loss::squared_error:
      return {error * error, 2.0 * error};
    case Loss::absolute_error:
      return {std::abs(error), error > 0.0 ? 1.0 : (error < 0.0 ? -1.0 : 0.0)};
    case Loss::quantile:
      if (error > 0.0) return {(1.0 - q) * error, 1.0 - q};
      return {-q * error, error < 0.0 ? -q : 0.0};
    case Loss::poisson: {
      const NumberLoss rate = rate_of(output);
      return {rate.value - target * output, rate.derivative - target};
    }
    case Loss::cross_entropy:
      break;
  }
  TERSE_CHECK(false);
}

double least_loss(Loss loss, double target) {
  if (loss != Loss::poisson || target <= 0.0) return 0.0;
  return target - target * std::log(target);
}

void softmax(std::span<const float> scores, std::span<float> probabilities) {
  TERSE_CHECK(!scores.empty() && scores.size() == probabilities.size());
  const double largest = static_cast<double>(*std::ranges::max_element(scores));
  const double sum = exponential_sum(scores, largest);
  for (std::size_t k = 0; k < scores.size(); ++k) {
    probabilities[k] = static_cast<float>(std::exp(static_cast<double>(scores[k]) - largest) / sum);
  }
}

double cross_entropy(std::span<const float> scores, std::size_t target, double scale,
                     std::span<float> gradient) {
  const double largest = static_cast<double>(*std::ranges::max_element(scores));
  const double sum = exponential_sum(scores, largest);
  for (std::size_t k = 0; k < scores.size(); ++k) {
    const double probability = std::exp(static_cast<double>(scores[k]) - largest) / sum;
    gradient[k] = static_cast<float>(scale * (probability - (k == target ? 1.0 : 0.0)));
  }
  return std::log(sum) + largest - static_cast<double>(scores[target]);
}

}  // namespace terse::inference
