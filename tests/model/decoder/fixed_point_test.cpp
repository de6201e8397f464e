#include "terse/model/decoder/fixed_point.h"

#include <gtest/gtest.h>

#include "model/integer_examples.h"
#include "terse/model/decoder/integer_network.h"
#include "terse/model/decoder/requantization.h"

namespace terse::model::decoder {
namespace {

Model example(double mean, double deviation, unsigned bits = 4, bool classes = false) {
  FoldInput input = random_fold_input(quantize::Method::bw_sq, {.features = 5, .hidden = {24, 20}});
  Model model = integer_model(input, {bits});
  model.output = Number{mean, deviation};
  if (classes) {
    model = integer_model(special_fold_input(quantize::Method::bw_sq, 3), {bits});
    model.output = Classes{{"a", "b", "c"}};
  }
  return model;
}

FixedPointOutputs outputs_of(const Model& model) {
  return fixed_point_outputs(layers_of(model), model.levels(), scale(model.output));
}

// Every sum that readings can lead to, against double arithmetic.
TEST(FixedPoint, AreTheExactValuesWithinTheStatedBound) {
  for (const unsigned bits : weight_widths) {
    for (const auto& [mean, deviation] :
         {std::pair{0.0, 1.0}, {21.5, 3.25}, {-4000.0, 0.5}, {1e9, 3e8}, {3e-7, 2e-9}}) {
      const Model model = example(mean, deviation, bits);
      const auto& layers = layers_of(model);
      const std::size_t last = layers.size() - 1;
      const FixedPointOutputs outputs = outputs_of(model);
      const double unit = std::pow(10.0, -outputs.decimals);
      EXPECT_LE(unit, deviation / 1000.0 * 1.0001);
      EXPECT_GT(unit, deviation / 1000.0 / 10.0001);
      const auto largest = largest_sum(layers, model.levels(), last);
      for (int i = -500; i <= 500; ++i) {
        const auto sum = static_cast<std::int32_t>(largest * i / 500);
        const double standard =
            double(sum) * sum_unit(layers, last, 0) + double(layers.back().bias[0]);
        const double steps = standard * deviation / unit;
        const double half_bias =
            std::ldexp(0.5 * sum_unit(layers, last, 0), -outputs.guard) * deviation / unit;
        EXPECT_NEAR(double(fixed_point(sum, outputs, 0)), mean / unit + steps,
                    0.5 + 0.52 + std::ldexp(std::abs(steps), -16) + half_bias);
      }
    }
  }
}

TEST(FixedPoint, HaveFewerDecimalsWhereTheMeanIsFarFromZero) {
  const FixedPointOutputs outputs = outputs_of(example(5e6, 1e-3));
  EXPECT_EQ(outputs.decimals, 2);
  EXPECT_EQ(outputs.offset, 500'000'000);
}

TEST(FixedPoint, OfATargetThatNeverChangedAreItsMean) {
  const FixedPointOutputs outputs = outputs_of(example(7.0, 0.0));
  EXPECT_EQ(fixed_point(12345, outputs, 0), 7);
}

// Scales and biases at the ends of what a file may hold.
TEST(FixedPoint, ExtremesStayWithin32Bits) {
  for (const float scale : {integer_scale_min, 1e-6F, 1.0F, 1e6F, integer_scale_max}) {
    for (const float bias : {-3e38F, -1.0F, 0.0F, 1.0F, 3e38F}) {
      Model model = example(-1e5, 4.0);
      layers_of(model).back().scales = {scale};
      layers_of(model).back().bias = {bias};
      const FixedPointOutputs outputs = outputs_of(model);
      const FixedPoint& own = outputs.channels[0];
      EXPECT_GE(own.shift, 6);
      EXPECT_LE(own.shift, 31);
      EXPECT_LT(own.multiplier, 65536U);
      const std::int64_t largest =
          largest_sum(layers_of(model), model.levels(), layers_of(model).size() - 1);
      for (const std::int64_t sum : {-largest, std::int64_t{0}, largest}) {
        const std::int64_t value = (sum << outputs.guard) + own.bias;
        ASSERT_LE(std::abs(value), INT32_MAX);
        const std::int64_t steps =
            ((std::abs(value) * own.multiplier >> 16) + (1LL << (own.shift - 1))) >> own.shift;
        const std::int64_t exact = value < 0 ? outputs.offset - steps : outputs.offset + steps;
        ASSERT_LE(std::abs(exact), INT32_MAX);
        EXPECT_EQ(fixed_point(static_cast<std::int32_t>(sum), outputs, 0), exact);
      }
    }
  }
}

TEST(FixedPoint, OfANetworkAreItsPredictionsInSteps) {
  for (const bool classes : {false, true}) {
    const Model model = example(100.0, 30.0, 6, classes);
    constexpr std::size_t rows = 60;
    const std::size_t count = model.outputs();
    const auto codes = random_codes(model, rows);
    IntegerNetwork network(layers_of(model), model.levels(), rows);
    std::vector<float> floats(rows * count);
    std::vector<std::int32_t> fixed(rows * count);
    const FixedPointOutputs outputs = outputs_of(model);
    network.run(codes.data(), rows, floats);
    network.run_fixed(codes.data(), rows, outputs, fixed);
    const double unit = std::pow(10.0, -outputs.decimals);
    for (std::size_t i = 0; i < fixed.size(); ++i) {
      const double value = classes ? double(floats[i]) : 100.0 + 30.0 * double(floats[i]);
      EXPECT_NEAR(unit * fixed[i], value, 1.1 * unit + 1e-4 * std::abs(value));
    }
  }
}

}  // namespace
}  // namespace terse::model::decoder
