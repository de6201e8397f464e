#include "terse/model/decoder/requantization.h"

#include <gtest/gtest.h>

#include "model/integer_examples.h"

namespace terse::model::decoder {
namespace {

// Sums all over the range: within one step of the exact value, and the same where that is not close
// to the middle between two steps.
TEST(Requantization, IsTheExactValueRounded) {
  for (const unsigned bits : weight_widths) {
    const Model model =
        integer_model(random_fold_input(quantize::Method::bw_sq, {.hidden = {40, 90}}), {bits});
    for (std::size_t layer = 0; layer < 2; ++layer) {
      const auto& layers = layers_of(model);
      const LayerRequantization own = requantization(layers, model.levels(), layer);
      const double scale = double(layers[layer].activation_scale);
      const auto& bias = layers[layer].bias;
      const int largest = layer == 0 ? 4 * weight_limit(bits) : 40 * 255 * weight_limit(bits);
      for (std::size_t o = 0; o < own.channels.size(); ++o) {
        for (int i = 0; i <= 2000; ++i) {
          const int sum = static_cast<int>(std::int64_t{largest} * (i - 1000) / 1000);
          const double exact = std::clamp(
              (double(sum) * sum_unit(layers, layer, o) + double(bias[o])) / scale, 0.0, 255.0);
          const int found = requantized(sum, own.guard, own.channels[o]);
          EXPECT_NEAR(double(found), exact, 0.5 + 1.0 / 64.0);
        }
      }
    }
  }
}

TEST(Requantization, ExtremeScalesOverflowNothing) {
  Model model = integer_model(random_fold_input(quantize::Method::bw_sq), {8});
  for (const float scale : {integer_scale_min, 1e-6F, 1.0F, 1e6F, integer_scale_max}) {
    for (const float activation : {integer_scale_min, 1e-4F, 0.9F, 1e4F, integer_scale_max}) {
      for (float& value : layers_of(model)[0].scales) value = scale;
      layers_of(model)[0].activation_scale = activation;
      const LayerRequantization own = requantization(layers_of(model), model.levels(), 0);
      for (const Requantization& channel : own.channels) {
        for (const std::int64_t sum : {-508, -1, 0, 1, 508}) {
          std::int64_t value = (sum << own.guard) + channel.bias;
          EXPECT_LE(std::abs(value), INT32_MAX);
          value = std::clamp<std::int64_t>(value, 0, channel.limit);
          value = (value >> channel.shift) * channel.multiplier + (1 << 21);
          EXPECT_LE(value, INT32_MAX);
        }
      }
    }
  }
}

}  // namespace
}  // namespace terse::model::decoder
