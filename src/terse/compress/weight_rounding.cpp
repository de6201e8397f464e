#include "terse/compress/weight_rounding.h"

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/model/decoder/integer_layer.h"

namespace terse::compress {
namespace {

constexpr int grid_steps = 20;
constexpr double grid_lowest = 0.3;  // of the scale that clips nothing
constexpr int refinements = 4;

float nearest(float value, float limit) {
  constexpr float shift = 12582912.0F;  // 1.5 * 2^23: the sum's last bit is worth 1
  return (std::clamp(value, -limit, limit) + shift) - shift;
}

double rounding_error(std::span<const float> weights, double scale, float limit) {
  const auto inverse = static_cast<float>(1.0 / scale);
  double error = 0.0;
  for (const float weight : weights) {
    const double difference =
        static_cast<double>(weight) - static_cast<double>(nearest(weight * inverse, limit)) * scale;
    error += difference * difference;
  }
  return error;
}

// With k weights at +-scale the error is sum w^2 - (sum of the k largest |w|)^2 / k, at the mean of
// those.
double ternary_scale(std::span<const float> weights) {
  std::vector<float> magnitudes;
  for (const float weight : weights) magnitudes.push_back(std::abs(weight));
  std::ranges::sort(magnitudes, std::greater<>());
  double sum = 0.0;
  double best = 0.0;
  double scale = 0.0;
  for (std::size_t k = 0; k < magnitudes.size(); ++k) {
    sum += static_cast<double>(magnitudes[k]);
    const auto count = static_cast<double>(k + 1);
    if (sum * sum / count > best) {
      best = sum * sum / count;
      scale = sum / count;
    }
  }
  return scale;
}

double least_squares_scale(std::span<const float> weights, double largest, float limit) {
  const double unclipped = largest / static_cast<double>(limit);
  double best = unclipped;
  double best_error = rounding_error(weights, unclipped, limit);
  const auto keep_better = [&](double scale) {
    const double error = rounding_error(weights, scale, limit);
    if (error >= best_error) return false;
    best = scale;
    best_error = error;
    return true;
  };
  for (int step = 0; step < grid_steps; ++step) {
    keep_better(unclipped * (grid_lowest + (1.0 - grid_lowest) * step / grid_steps));
  }
  for (int round = 0; round < refinements; ++round) {
    double products = 0.0;
    double squares = 0.0;
    for (const float weight : weights) {
      const auto integer =
          static_cast<double>(nearest(weight * static_cast<float>(1.0 / best), limit));
      products += static_cast<double>(weight) * integer;
      squares += integer * integer;
    }
    if (!(squares > 0.0) || !keep_better(products / squares)) break;
  }
  return best;
}

float scale_of(std::span<const float> weights, unsigned bits) {
  const auto limit = static_cast<float>(model::decoder::weight_limit(bits));
  float largest = 0.0F;
  for (const float weight : weights) largest = std::max(largest, std::abs(weight));
  // A channel of zeros: any scale will do.
  if (!(largest > model::decoder::integer_scale_min * limit)) return 1.0F / limit;
  double scale = static_cast<double>(largest) / static_cast<double>(limit);
  if (bits == 2) scale = ternary_scale(weights);
  if (bits == 4) scale = least_squares_scale(weights, static_cast<double>(largest), limit);
  return std::clamp(static_cast<float>(scale), model::decoder::integer_scale_min,
                    model::decoder::integer_scale_max);
}

}  // namespace

std::vector<float> channel_scales(base::ConstMatrixView weights, bool channel_is_column,
                                  unsigned bits) {
  std::vector<float> scales;
  if (!channel_is_column) {
    for (std::size_t r = 0; r < weights.rows; ++r) scales.push_back(scale_of(weights.row(r), bits));
    return scales;
  }
  std::vector<float> column(weights.rows);
  for (std::size_t c = 0; c < weights.columns; ++c) {
    for (std::size_t r = 0; r < weights.rows; ++r) column[r] = weights(r, c);
    scales.push_back(scale_of(column, bits));
  }
  return scales;
}

std::vector<std::int8_t> rounded(base::ConstMatrixView weights, bool channel_is_column,
                                 unsigned bits, std::span<const float> scales) {
  const auto limit = static_cast<float>(model::decoder::weight_limit(bits));
  std::vector<std::int8_t> result;
  result.reserve(weights.rows * weights.columns);
  for (std::size_t r = 0; r < weights.rows; ++r) {
    for (std::size_t c = 0; c < weights.columns; ++c) {
      const float inverse = 1.0F / scales[channel_is_column ? c : r];
      result.push_back(static_cast<std::int8_t>(nearest(weights(r, c) * inverse, limit)));
    }
  }
  return result;
}

void round_weights(base::ConstMatrixView weights, bool channel_is_column, unsigned bits,
                   std::span<const float> scales, base::MatrixView result) {
  TERSE_CHECK(result.rows == weights.rows && result.columns == weights.columns);
  const auto limit = static_cast<float>(model::decoder::weight_limit(bits));
  std::vector<float> inverse;
  for (const float scale : scales) inverse.push_back(1.0F / scale);
  for (std::size_t r = 0; r < weights.rows; ++r) {
    const auto from = weights.row(r);
    const auto to = result.row(r);
    for (std::size_t c = 0; c < from.size(); ++c) {
      const std::size_t channel = channel_is_column ? c : r;
      to[c] = nearest(from[c] * inverse[channel], limit) * scales[channel];
    }
  }
}

}  // namespace terse::compress
