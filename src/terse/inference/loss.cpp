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

}  // namespace

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
