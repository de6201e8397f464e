#include "terse/training/step_size.h"

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"

namespace terse::training {
namespace {

// A step size this small rounds nothing any more; zero would divide by it.
constexpr float step_least = 1e-6F;

}  // namespace

float StepSize::low(std::size_t feature) const {
  return -static_cast<float>(levels_[feature] / 2);
}

float StepSize::high(std::size_t feature) const {
  return static_cast<float>(levels_[feature] - 1 - levels_[feature] / 2);
}

float StepSize::step(std::size_t feature) const {
  const float own = steps_.values[feature];
  return std::copysign(std::max(std::abs(own), step_least), own);
}

StepSize::StepSize(base::ConstMatrixView inputs, std::span<const std::size_t> levels,
                   std::size_t batch_rows_max)
    : inputs_(inputs),
      levels_(levels.begin(), levels.end()),
      steps_(levels.size()),
      gradient_(levels.size()),
      ratios_(levels.size(), batch_rows_max) {
  TERSE_CHECK(levels.size() <= inputs.columns && inputs.rows > 0);
  for (std::size_t f = 0; f < levels_.size(); ++f) {
    double sum = 0.0;
    for (std::size_t row = 0; row < inputs.rows; ++row) {
      sum += std::abs(static_cast<double>(inputs(row, f)));
    }
    const double mean = sum / static_cast<double>(inputs.rows);
    const double root = std::sqrt(std::max(1.0, static_cast<double>(high(f))));
    steps_.values[f] = mean > 0.0 ? static_cast<float>(2.0 * mean / root) : 1.0F;
  }
}

void StepSize::forward(const Member& member, std::span<const std::uint32_t> rows,
                       float /*temperature*/, base::MatrixView output) {
  const Share columns = member.share(inputs_.columns);
  for (std::size_t f = columns.begin; f < columns.end; ++f) {
    if (f >= levels_.size()) {
      for (std::size_t r = 0; r < rows.size(); ++r) output(r, f) = inputs_(rows[r], f);
      continue;
    }
    const float s = step(f);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const float ratio = inputs_(rows[r], f) / s;
      ratios_(f, r) = ratio;
      output(r, f) = std::nearbyint(std::clamp(ratio, low(f), high(f))) * s;
    }
  }
}

void StepSize::backward(const Member& member, std::size_t rows, float /*temperature*/,
                        base::ConstMatrixView output_gradient) {
  const Share columns = member.share(inputs_.columns);
  for (std::size_t f = columns.begin; f < std::min(columns.end, levels_.size()); ++f) {
    double sum = 0.0;
    for (std::size_t r = 0; r < rows; ++r) {
      const float ratio = ratios_(f, r);
      const float clamped = std::clamp(ratio, low(f), high(f));
      const float slope = clamped == ratio ? std::nearbyint(ratio) - ratio : clamped;
      sum += static_cast<double>(output_gradient(r, f)) * static_cast<double>(slope);
    }
    const double count = static_cast<double>(rows) * static_cast<double>(levels_.size());
    gradient_[f] =
        static_cast<float>(sum / std::sqrt(count * std::max(1.0, static_cast<double>(high(f)))));
  }
}

void StepSize::update(const Member& member, const AdamStep& adam) {
  const Share columns = member.share(inputs_.columns);
  const std::size_t end = std::min(columns.end, levels_.size());
  if (columns.begin >= end) return;
  steps_.update(columns.begin, {gradient_.data() + columns.begin, end - columns.begin}, adam);
}

void StepSize::set_learned(std::span<const float> values) {
  TERSE_CHECK(values.size() == steps_.values.size());
  std::ranges::copy(values, steps_.values.begin());
}

void StepSize::harden(inference::Parameters& parameters) const {
  parameters.thresholds = {};
  parameters.values.clear();
  for (std::size_t f = 0; f < levels_.size(); ++f) {
    const float s = step(f);
    std::vector<float> thresholds;
    std::vector<float> values;
    for (float k = low(f); k <= high(f); k += 1.0F) {
      values.push_back(k * s);
      if (k < high(f)) thresholds.push_back((k + 0.5F) * s);
    }
    std::ranges::sort(values);
    std::ranges::sort(thresholds);
    parameters.thresholds.add_feature(thresholds);
    parameters.values.push_back(values);
  }
}

}  // namespace terse::training
