#include "terse/allocate/mean_targets.h"

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/quantize/thresholds.h"

namespace terse::allocate {
namespace {

constexpr double rows_drawn_max = 1e4;
constexpr double least_probability = 1e-9;

std::vector<std::uint8_t> codes_of(const base::Matrix& rows, std::size_t feature,
                                   std::span<const float> thresholds) {
  std::vector<std::uint8_t> codes(rows.rows());
  for (std::size_t row = 0; row < codes.size(); ++row) {
    codes[row] = static_cast<std::uint8_t>(
        std::ranges::lower_bound(thresholds, rows(row, feature)) - thresholds.begin());
  }
  return codes;
}

void split_rows(std::span<std::uint32_t> messages, std::span<const std::uint8_t> codes,
                std::uint32_t levels) {
  for (std::size_t row = 0; row < messages.size(); ++row) {
    messages[row] = messages[row] * levels + codes[row];
  }
}

double weight_of(const std::vector<float>& weights, std::size_t row) {
  return weights.empty() ? 1.0 : static_cast<double>(weights[row]);
}

}  // namespace

FeatureCodes feature_codes(const ShrinkingNetwork& network, std::size_t feature,
                           std::span<const float> thresholds) {
  TERSE_CHECK(thresholds.size() < quantize::levels_max);
  return {thresholds.size() + 1, codes_of(network.inputs, feature, thresholds),
          codes_of(network.measured, feature, thresholds)};
}

MeanTargets::MeanTargets(const ShrinkingNetwork& network, const Task& task)
    : network_(network),
      task_(task),
      outputs_(task.outputs()),
      trained_(network.targets.size()),
      measured_(network.measured_targets.size()) {
  count(std::vector<float>(outputs_,
                           task.classes == 0 ? 0.0F : 1.0F / static_cast<float>(task.classes)),
        1);
}

void MeanTargets::split(const FeatureCodes& codes) {
  const auto levels = static_cast<std::uint32_t>(codes.levels);
  split_rows(trained_, codes.trained, levels);
  split_rows(measured_, codes.measured, levels);
  const std::vector<float> parents = std::move(means_);
  count(parents, codes.levels);
}

void MeanTargets::count(std::span<const float> parents, std::size_t levels) {
  const std::size_t messages = parents.size() / outputs_ * levels;
  std::vector<double> sums(messages * outputs_);
  std::vector<double> rows(messages);
  double squares = 0.0;
  for (std::size_t row = 0; row < trained_.size(); ++row) {
    const double weight = weight_of(network_.weights, row);
    const std::size_t message = trained_[row];
    const auto target = static_cast<double>(network_.targets[row]);
    rows[message] += weight;
    if (task_.classes == 0) {
      sums[message] += weight * target;
      squares += weight * target * target;
    } else {
      sums[message * outputs_ + static_cast<std::size_t>(target)] += weight;
      squares += weight;
    }
  }
  const auto parent_of = [&](std::size_t i) {
    return static_cast<double>(parents[i / outputs_ / levels * outputs_ + i % outputs_]);
  };
  // Method of moments for means of groups: the variance within them, and what the means' own
  // variance exceeds it by.
  double all_rows = 0.0;
  double groups = 0.0;
  double within = squares;
  double between = 0.0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const double count = rows[i / outputs_];
    if (!(count > 0.0)) continue;
    const double shift = sums[i] / count - parent_of(i);
    within -= sums[i] * sums[i] / count;
    between += count * shift * shift;
    if (i % outputs_ > 0) continue;
    all_rows += count;
    groups += 1.0;
  }
  const double noise = std::max(0.0, within) / std::max(1.0, all_rows - groups);
  const double signal = (between - groups * noise) / all_rows;
  double drawn = signal > 0.0 ? std::min(rows_drawn_max, noise / signal) : rows_drawn_max;
  // No class is impossible because a few rows do not have it.
  if (task_.classes > 0) drawn = std::max(drawn, 1.0);
  if (messages == 1) drawn = 0.0;
  means_.resize(sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const double count = rows[i / outputs_] + drawn;
    means_[i] =
        static_cast<float>(count > 0.0 ? (sums[i] + drawn * parent_of(i)) / count : parent_of(i));
  }
}

double MeanTargets::measured_loss() const {
  double sum = 0.0;
  double weights = 0.0;
  for (std::size_t row = 0; row < measured_.size(); ++row) {
    const double weight = weight_of(network_.measured_weights, row);
    const float target = network_.measured_targets[row];
    const float* mean = means_.data() + std::size_t{measured_[row]} * outputs_;
    weights += weight;
    if (task_.classes == 0) {
      const double error = static_cast<double>(*mean) - static_cast<double>(target);
      sum += weight * error * error;
    } else {
      const auto share = static_cast<double>(mean[static_cast<std::size_t>(target)]);
      sum -= weight * std::log(std::max(share, least_probability));
    }
  }
  return sum / weights;
}

}  // namespace terse::allocate
