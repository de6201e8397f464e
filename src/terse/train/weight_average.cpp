#include "terse/train/weight_average.h"

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"

namespace terse::train {
namespace {

// Every number of the parameters, in one order.
template <typename Parameters, typename Visit>
void visit_numbers(Parameters& parameters, const Visit& visit) {
  for (auto& value : parameters.thresholds.values) visit(value);
  for (auto& values : parameters.values) {
    for (auto& value : values) visit(value);
  }
  for (auto& layer : parameters.layers) {
    for (auto& value : layer.weights.values()) visit(value);
    for (auto& value : layer.bias) visit(value);
  }
}

}  // namespace

void WeightAverage::add(const inference::Parameters& parameters) {
  std::size_t index = 0;
  const bool first = count_ == 0;
  if (first) shape_ = parameters;
  visit_numbers(parameters, [&](float value) {
    if (first) sums_.push_back(0.0);
    TERSE_CHECK(index < sums_.size());
    sums_[index++] += static_cast<double>(value);
  });
  TERSE_CHECK(index == sums_.size());
  ++count_;
}

inference::Parameters WeightAverage::mean() const {
  TERSE_CHECK(count_ > 0);
  inference::Parameters result = shape_;
  std::size_t index = 0;
  visit_numbers(result, [&](float& value) {
    value = static_cast<float>(sums_[index++] / static_cast<double>(count_));
  });
  return result;
}

unsigned first_averaged(double share, unsigned epochs) {
  const auto count = static_cast<unsigned>(std::ceil(share * static_cast<double>(epochs)));
  return epochs + 1 - std::min(count, epochs);
}

}  // namespace terse::train
