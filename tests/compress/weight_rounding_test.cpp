#include "terse/compress/weight_rounding.h"

#include <gtest/gtest.h>

#include <cmath>

#include "terse/base/random.h"
#include "terse/model/decoder/integer_layer.h"

namespace terse::compress {
namespace {

base::Matrix normal_weights(std::size_t rows, std::size_t columns) {
  base::Random random(5);
  base::Matrix weights(rows, columns);
  for (float& weight : weights.values()) weight = static_cast<float>(random.normal());
  return weights;
}

double squared_error(std::span<const float> weights, double scale, int limit) {
  double error = 0.0;
  for (const float weight : weights) {
    const double integer =
        std::clamp(std::nearbyint(double(weight) / scale), -double(limit), double(limit));
    error += std::pow(double(weight) - integer * scale, 2);
  }
  return error;
}

TEST(WeightRounding, NoScaleOnAFineGridIsBetterAtTwoBits) {
  const base::Matrix weights = normal_weights(3, 200);
  const auto scales = channel_scales(weights, false, 2);
  for (std::size_t r = 0; r < weights.rows(); ++r) {
    const double own = squared_error(weights.row(r), double(scales[r]), 1);
    for (double scale = 0.01; scale < 4.0; scale += 0.01) {
      EXPECT_LE(own, squared_error(weights.row(r), scale, 1) * (1 + 1e-5)) << scale;
    }
  }
}

TEST(WeightRounding, FourBitsComeWithinTwoPercentOfTheBestScale) {
  const base::Matrix weights = normal_weights(3, 500);
  const auto scales = channel_scales(weights, false, 4);
  for (std::size_t r = 0; r < weights.rows(); ++r) {
    double best = 1e30;
    for (double scale = 0.05; scale < 1.0; scale += 0.0005) {
      best = std::min(best, squared_error(weights.row(r), scale, 7));
    }
    EXPECT_LE(squared_error(weights.row(r), double(scales[r]), 7), 1.02 * best);
  }
}

TEST(WeightRounding, WideWidthsMapTheLargestWeightToTheLargestInteger) {
  const base::Matrix weights = normal_weights(40, 5);
  for (const unsigned bits : {6U, 8U}) {
    const auto scales = channel_scales(weights, true, bits);
    const auto integers = rounded(weights, true, bits, scales);
    for (std::size_t c = 0; c < weights.columns(); ++c) {
      int largest = 0;
      for (std::size_t r = 0; r < weights.rows(); ++r) {
        const int integer = integers[r * weights.columns() + c];
        largest = std::max(largest, std::abs(integer));
        EXPECT_NEAR(double(integer) * double(scales[c]), double(weights(r, c)),
                    0.501 * double(scales[c]));
      }
      EXPECT_EQ(largest, model::decoder::weight_limit(bits));
    }
  }
}

TEST(WeightRounding, RoundedWeightsAreTheIntegersTimesTheirScales) {
  const base::Matrix weights = normal_weights(7, 9);
  for (const unsigned bits : model::decoder::weight_widths) {
    for (const bool column : {false, true}) {
      const auto scales = channel_scales(weights, column, bits);
      const auto integers = rounded(weights, column, bits, scales);
      base::Matrix result(7, 9);
      round_weights(weights, column, bits, scales, result);
      for (std::size_t i = 0; i < integers.size(); ++i) {
        EXPECT_EQ(result.values()[i], float(integers[i]) * scales[column ? i % 9 : i / 9]);
        EXPECT_LE(std::abs(integers[i]), model::decoder::weight_limit(bits));
      }
    }
  }
}

TEST(WeightRounding, AChannelOfZerosStaysOne) {
  const base::Matrix weights(2, 4);
  for (const unsigned bits : model::decoder::weight_widths) {
    const auto scales = channel_scales(weights, false, bits);
    for (const float scale : scales) EXPECT_GT(scale, 0.0F);
    for (const auto integer : rounded(weights, false, bits, scales)) EXPECT_EQ(integer, 0);
  }
}

}  // namespace
}  // namespace terse::compress
