#include "terse/compress/divergence.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "terse/base/error.h"
#include "terse/compress/weight_rounding.h"
#include "terse/model/decoder/integer_layer.h"

namespace terse::compress {
namespace {

constexpr std::size_t few_weights = 10'000;
constexpr std::size_t bins_of_few = 64;
constexpr std::size_t bins_of_many = 256;

// Spreads `mass` evenly over low..high.
void spread(std::vector<double>& bins, double origin, double width, double low, double high,
            double mass) {
  const auto last = static_cast<double>(bins.size() - 1);
  const auto first_bin =
      static_cast<std::size_t>(std::clamp(std::floor((low - origin) / width), 0.0, last));
  const auto last_bin =
      static_cast<std::size_t>(std::clamp(std::floor((high - origin) / width), 0.0, last));
  for (std::size_t bin = first_bin; bin <= last_bin; ++bin) {
    const double bin_low = origin + width * static_cast<double>(bin);
    const double overlap = std::min(high, bin_low + width) - std::max(low, bin_low);
    bins[bin] += mass * std::max(0.0, overlap) / (high - low);
  }
}

}  // namespace

double rounding_divergence(base::ConstMatrixView weights, bool channel_is_column, unsigned bits) {
  const std::vector<float> scales = channel_scales(weights, channel_is_column, bits);
  const int limit = model::decoder::weight_limit(bits);
  std::vector<double> values;
  for (std::size_t r = 0; r < weights.rows; ++r) {
    for (std::size_t c = 0; c < weights.columns; ++c) {
      values.push_back(static_cast<double>(weights(r, c)) /
                       static_cast<double>(scales[channel_is_column ? c : r]));
    }
  }
  TERSE_CHECK(!values.empty());
  const auto [lowest, highest] = std::ranges::minmax(values);
  if (!(highest > lowest)) return 0.0;
  std::vector<double> original(values.size() < few_weights ? bins_of_few : bins_of_many);
  std::vector<double> rounded_bins(original.size());
  const double width = (highest - lowest) / static_cast<double>(original.size());
  std::vector<double> integers(2 * static_cast<std::size_t>(limit) + 1);
  for (const double value : values) {
    const auto bin = static_cast<std::size_t>((value - lowest) / width);
    original[std::min(bin, original.size() - 1)] += 1.0;
    const double integer = std::clamp(std::nearbyint(value), -double(limit), double(limit));
    integers[static_cast<std::size_t>(integer + limit)] += 1.0;
  }
  for (int integer = -limit; integer <= limit; ++integer) {
    const double mass = integers[static_cast<std::size_t>(integer + limit)];
    if (mass == 0.0) continue;
    const double low = integer == -limit ? lowest : std::max(lowest, integer - 0.5);
    const double high = integer == limit ? highest : std::min(highest, integer + 0.5);
    spread(rounded_bins, lowest, width, low, std::max(high, low + 1e-12), mass);
  }
  const auto count = static_cast<double>(values.size());
  double divergence = 0.0;
  double occupied = 0.0;
  for (std::size_t bin = 0; bin < original.size(); ++bin) {
    if (original[bin] == 0.0) continue;
    occupied += 1.0;
    // A cell's edge may fall a rounding error beside a bin's.
    const double other = std::max(rounded_bins[bin], 1e-9);
    divergence += original[bin] / count * std::log(original[bin] / other);
  }
  return std::max(0.0, divergence - (occupied - 1.0) / (2.0 * count));
}

double standard_deviation(base::ConstMatrixView weights) {
  double sum = 0.0;
  double squares = 0.0;
  const auto count = static_cast<double>(weights.rows * weights.columns);
  for (std::size_t r = 0; r < weights.rows; ++r) {
    for (const float weight : weights.row(r)) sum += static_cast<double>(weight);
  }
  const double mean = sum / count;
  for (std::size_t r = 0; r < weights.rows; ++r) {
    for (const float weight : weights.row(r)) {
      squares += (static_cast<double>(weight) - mean) * (static_cast<double>(weight) - mean);
    }
  }
  return std::sqrt(squares / count);
}

}  // namespace terse::compress
