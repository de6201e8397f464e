#include "terse/model/fold.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "model/examples.h"
#include "terse/model/predictor.h"

namespace terse::model {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float largest = std::numeric_limits<float>::max();

bool standardised_above(float reading, float threshold, double mean, double deviation) {
  return static_cast<float>((static_cast<double>(reading) - mean) / deviation) > threshold;
}

// Around the threshold, around zero and at the ends: where rounding decides.
std::vector<float> telling_readings(float raw, base::Random& random) {
  std::vector<float> readings = {-largest, -1.0F, -1e-45F, -0.0F, 0.0F, 1e-45F, 1.0F, largest};
  if (std::isfinite(raw)) {
    readings.push_back(raw);
    for (const float end : {-infinity, infinity}) {
      float neighbour = raw;
      for (int step = 0; step < 3; ++step) {
        neighbour = std::nextafter(neighbour, end);
        if (std::isfinite(neighbour)) readings.push_back(neighbour);
      }
    }
  }
  for (int i = 0; i < 20; ++i) {
    const auto any = std::bit_cast<float>(random.next());
    if (std::isfinite(any)) readings.push_back(any);
    if (std::isfinite(raw)) readings.push_back(raw + 1e-5F * raw * (any > 0.0F ? 1.0F : -1.0F));
  }
  return readings;
}

void expect_exact(float threshold, double mean, double deviation, base::Random& random) {
  const float raw = raw_threshold(threshold, mean, deviation);
  ASSERT_FALSE(std::isnan(raw));
  for (const float reading : telling_readings(raw, random)) {
    if (!std::isfinite(reading)) continue;
    ASSERT_EQ(reading > raw, standardised_above(reading, threshold, mean, deviation))
        << "reading " << reading << " threshold " << threshold << " mean " << mean << " deviation "
        << deviation << " raw " << raw;
  }
}

TEST(RawThreshold, AsksTheSameQuestionAsStandardisingAtEveryMagnitude) {
  base::Random random(3);
  const double means[] = {0.0,    -0.0,   1.0,     -273.15, 1e8,    -1e8,   1e-30,
                          -1e-40, 3.4e38, -3.4e38, 1e300,   -1e300, 5e-324, 0.1};
  const double deviations[] = {1.0,  0.1,    1e-3,  1e-38,   1e-45,
                               1e38, 5e-324, 1e308, 123.456, std::nextafter(1.0, 2.0)};
  const float thresholds[] = {0.0F,     -0.0F,   1.0F,     -1.0F,     0.3F,      -2.7F,
                              1e-45F,   -1e-45F, 1e-38F,   3e38F,     -3e38F,    largest,
                              -largest, 1e7F,    infinity, -infinity, 1.0000001F};
  for (const double mean : means) {
    for (const double deviation : deviations) {
      for (const float threshold : thresholds) expect_exact(threshold, mean, deviation, random);
    }
  }
}

TEST(RawThreshold, AsksTheSameQuestionForRandomScales) {
  base::Random random(4);
  for (int i = 0; i < 3000; ++i) {
    const double mean = random.normal() * std::pow(10.0, 20.0 * random.uniform() - 10.0);
    const double deviation = std::pow(10.0, 20.0 * random.uniform() - 10.0);
    expect_exact(static_cast<float>(3.0 * random.normal()), mean, deviation, random);
  }
}

TEST(RawThreshold, KnownValues) {
  EXPECT_EQ(raw_threshold(0.5F, 10.0, 4.0), 12.0F);
  EXPECT_EQ(raw_threshold(0.0F, 0.0, 1.0), 0.0F);
  EXPECT_EQ(raw_threshold(infinity, 0.0, 1.0), infinity);
  EXPECT_EQ(raw_threshold(-infinity, 0.0, 1.0), -infinity);
  EXPECT_EQ(raw_threshold(largest, 0.0, 1.0), infinity);
  EXPECT_EQ(raw_threshold(-3e38F, 0.0, 10.0), -infinity);
}

TEST(RawThreshold, AsksTheSameQuestionAsAnyScale) {
  FoldInput input = random_fold_input(quantize::Method::bw_sq, {.features = 9});
  give_scales(input.features);
  base::Random random(6);
  for (const Feature& feature : input.features) {
    for (int i = 0; i < 200; ++i) {
      const auto threshold = static_cast<float>(2.0 * random.normal());
      const float raw = raw_threshold(threshold, feature);
      ASSERT_FALSE(std::isnan(raw));
      for (const float reading : telling_readings(raw, random)) {
        if (!std::isfinite(reading)) continue;
        ASSERT_EQ(reading > raw, feature.scaled(reading) > threshold);
      }
    }
  }
}

class EveryMethod : public testing::TestWithParam<quantize::Method> {};

TEST_P(EveryMethod, FoldedModelPredictsWhatTheNetworkPredicts) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const FoldInput input =
        random_fold_input(GetParam(), {.features = 9, .thresholds_max = 8, .seed = seed});
    const Model model = example_model(input);
    const base::Matrix readings = example_readings(model, 300, seed);
    std::vector<float> predictions(readings.rows());
    Predictor(model).predict(readings, predictions);
    for (std::size_t r = 0; r < readings.rows(); ++r) {
      const double expected = in_target_units(model, unfolded_prediction(input, readings.row(r)));
      ASSERT_NEAR(predictions[r], expected, 2e-5 * std::max(1.0, std::abs(expected))) << r;
    }
  }
}

TEST_P(EveryMethod, ThresholdsAreSortedDistinctAndFinite) {
  const Model model = fold(random_fold_input(GetParam(), {.features = 9, .thresholds_max = 8}));
  ASSERT_EQ(model.thresholds.features(), 9U);
  std::size_t levels = 0;
  for (std::size_t f = 0; f < 9; ++f) {
    const auto values = model.thresholds.of(f);
    levels += values.size() + 1;
    for (std::size_t j = 0; j < values.size(); ++j) {
      EXPECT_TRUE(std::isfinite(values[j]));
      EXPECT_TRUE(j == 0 || values[j - 1] < values[j]);
    }
  }
  if (GetParam() == quantize::Method::fp) {
    EXPECT_EQ(std::get<decoder::FullPrecision>(model.decoder).layers.size(), 3U);
    return;
  }
  EXPECT_EQ(lookup_of(model).table.rows(), levels);
  EXPECT_EQ(lookup_of(model).bias.size(), 12U);
  EXPECT_EQ(lookup_of(model).layers.size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Fold, EveryMethod, testing::ValuesIn(quantize::network_methods),
                         [](const auto& test) {
                           std::string name(quantize::id(test.param));
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

// One feature into one unit, weights 1, 2, 4, ... so that a sum names its parts.
FoldInput one_feature(quantize::Method method, std::vector<float> thresholds) {
  FoldInput input;
  input.method = method;
  input.features = {{"reading", "", 0.0, 1.0}};
  const bool steps = quantize::traits(method).input == quantize::FirstLayerInput::steps;
  const std::size_t inputs = steps ? thresholds.size() : 1;
  input.layers.push_back({base::Matrix(1, inputs), {0.5F}});
  for (std::size_t i = 0; i < inputs; ++i) {
    input.layers[0].weights(0, i) = std::ldexp(1.0F, static_cast<int>(i % 24));
  }
  input.layers.push_back({base::Matrix(1, 1), {0.0F}});
  input.layers[1].weights(0, 0) = 1.0F;
  std::vector<float> midpoints;
  for (std::size_t code = 0; code <= thresholds.size(); ++code) {
    midpoints.push_back(10.0F * static_cast<float>(code));
  }
  input.midpoints = {midpoints};
  input.thresholds.add_feature(thresholds);
  return input;
}

std::vector<float> table_of(const FoldInput& input) {
  const Model model = fold(input);
  const auto values = lookup_of(model).table.values();
  return {values.begin(), values.end()};
}

TEST(Fold, CrossedThresholdsAreSortedWithTheirWeights) {
  const FoldInput input = one_feature(quantize::Method::bw_sq, {3.0F, 1.0F, 2.0F});
  EXPECT_EQ(fold(input).thresholds.values, (std::vector<float>{1.0F, 2.0F, 3.0F}));
  EXPECT_EQ(table_of(input), (std::vector<float>{0.0F, 2.0F, 6.0F, 7.0F}));
}

// The same thresholds without any network.
TEST(Fold, RawThresholdsAreThoseOfTheFoldedModel) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    FoldInput input = random_fold_input(quantize::Method::bw_sq,
                                        {.features = 9, .thresholds_max = 8, .seed = seed});
    const Model model = fold(input);
    const quantize::Thresholds found = raw_thresholds(input.thresholds, input.features);
    EXPECT_EQ(found.offsets, model.thresholds.offsets);
    EXPECT_EQ(found.values, model.thresholds.values);
    EXPECT_LT(found.values.size(), input.thresholds.values.size());
  }
  const FoldInput special = special_fold_input(quantize::Method::bw_sq);
  EXPECT_EQ(raw_thresholds(special.thresholds, special.features).offsets,
            fold(special).thresholds.offsets);
  const quantize::Thresholds none = raw_thresholds({}, special.features);
  EXPECT_EQ(none.features(), 4U);
  EXPECT_TRUE(none.values.empty());
}

TEST(Fold, EqualThresholdsMergeAndTheirCodeVanishes) {
  const std::vector<float> thresholds = {1.0F, 2.0F, 1.0F};
  EXPECT_EQ(table_of(one_feature(quantize::Method::bw_sq, thresholds)),
            (std::vector<float>{0.0F, 5.0F, 7.0F}));
  EXPECT_EQ(table_of(one_feature(quantize::Method::sq, thresholds)),
            (std::vector<float>{0.0F, 2.0F, 3.0F}));
  EXPECT_EQ(table_of(one_feature(quantize::Method::pr_qq, thresholds)),
            (std::vector<float>{0.0F, 20.0F, 30.0F}));
}

TEST(Fold, ThresholdsThatDifferLessThanFloat32ReadingsMerge) {
  FoldInput input = one_feature(quantize::Method::bw_sq, {0.1F, 0.2F, 20.0F});
  input.features[0].mean = 1e8;  // float32 readings there are 8 apart
  EXPECT_EQ(fold(input).thresholds.values, (std::vector<float>{1e8F, 1e8F + 16.0F}));
  EXPECT_EQ(table_of(input), (std::vector<float>{0.0F, 3.0F, 7.0F}));
}

TEST(Fold, ThresholdsBeyondEveryReadingLeaveOnlyTheirWeights) {
  FoldInput input = one_feature(quantize::Method::bw_sq, {3e38F, -3e38F, 1.0F});
  input.features[0].deviation = 2.0;
  EXPECT_EQ(fold(input).thresholds.values, std::vector<float>{2.0F});
  EXPECT_EQ(table_of(input), (std::vector<float>{2.0F, 6.0F}));
}

TEST(Fold, AFeatureWithoutThresholdsHasOneRowAndIsNotSent) {
  FoldInput input = one_feature(quantize::Method::bw_sq, {3e38F, -3e38F});
  input.features[0].deviation = 2.0;
  const Model model = fold(input);
  EXPECT_EQ(model.levels(), std::vector<std::size_t>{1});
  EXPECT_EQ(model.payload_bits(), 0U);
  EXPECT_EQ(table_of(input), std::vector<float>{2.0F});
}

// Two thresholds between the same readings are one, and one beyond all readings only adds weight.
TEST(Fold, ThresholdsMoveHalfwayBetweenTheReadingsThatTrained) {
  FoldInput input = one_feature(quantize::Method::bw_sq, {0.2F, 0.9F, 1.5F, -7.0F, 44.0F});
  const std::vector<float> before = fold(input).thresholds.values;
  EXPECT_EQ(before.size(), 5U);
  input.readings = {{0.0F, 1.0F, 4.0F}};
  EXPECT_EQ(fold(input).thresholds.values, (std::vector<float>{0.5F, 2.5F}));
  const float below = lookup_of(fold(input)).table(0, 0);
  // -7 is crossed by every reading; 44 by none.
  EXPECT_EQ(below, input.layers[0].weights(0, 3));
  EXPECT_EQ(raw_thresholds(input.thresholds, input.features, input.readings).values,
            fold(input).thresholds.values);
  input.readings = {{}};
  EXPECT_EQ(fold(input).thresholds.values, before);
}

TEST(Fold, SumsOfManyThresholdsDoNotDrift) {
  std::vector<float> thresholds;
  for (int j = 0; j < 255; ++j) thresholds.push_back(static_cast<float>(j));
  FoldInput input = one_feature(quantize::Method::bw_sq, thresholds);
  // In float32 every 1 beside 2^24 would be lost.
  for (std::size_t j = 0; j < 255; ++j) input.layers[0].weights(0, j) = j == 0 ? 16777216.0F : 1.0F;
  EXPECT_EQ(table_of(input).back(), 16777216.0F + 254.0F);
}

}  // namespace
}  // namespace terse::model
