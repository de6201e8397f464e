#include "terse/quantize/thresholds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "terse/base/random.h"

namespace terse::quantize {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

std::vector<float> of(const Thresholds& thresholds, std::size_t feature) {
  const auto values = thresholds.of(feature);
  return {values.begin(), values.end()};
}

TEST(Thresholds, FeaturesOwnTheirShareOfOneArray) {
  Thresholds thresholds;
  EXPECT_EQ(thresholds.features(), 0U);
  thresholds.add_feature(std::vector<float>{1, 2, 3});
  thresholds.add_feature(std::vector<float>{});
  thresholds.add_feature(std::vector<float>{-4});
  EXPECT_EQ(thresholds.features(), 3U);
  EXPECT_EQ(thresholds.offsets, (std::vector<std::uint32_t>{0, 3, 3, 4}));
  EXPECT_EQ(thresholds.levels(0), 4U);
  EXPECT_EQ(thresholds.levels(1), 1U);
  EXPECT_EQ(of(thresholds, 2), std::vector<float>{-4});
  EXPECT_DEATH(thresholds.add_feature(std::vector<float>(256)), "levels_max");
}

TEST(FirstRows, EachFeatureBeginsBehindTheOneBefore) {
  const std::vector<std::size_t> levels = {4, 1, 256, 2};
  EXPECT_EQ(first_rows(levels), (std::vector<std::uint32_t>{0, 4, 5, 261}));
  EXPECT_TRUE(first_rows({}).empty());
}

TEST(CodeOf, CountsStrictlyBelowInAnyOrder) {
  const std::vector<float> thresholds = {2, -1, 2, 0.5F};
  EXPECT_EQ(code_of(-1, thresholds), 0);
  EXPECT_EQ(code_of(std::nextafter(-1.0F, infinity), thresholds), 1);
  EXPECT_EQ(code_of(0.5F, thresholds), 1);
  EXPECT_EQ(code_of(2, thresholds), 2);
  EXPECT_EQ(code_of(std::nextafter(2.0F, infinity), thresholds), 4);
  EXPECT_EQ(code_of(infinity, thresholds), 4);
  EXPECT_EQ(code_of(-infinity, thresholds), 0);
  EXPECT_EQ(code_of(std::numeric_limits<float>::quiet_NaN(), thresholds), 0);
  EXPECT_EQ(code_of(7, std::vector<float>(255, 6.0F)), 255);
  EXPECT_EQ(code_of(7, {}), 0);
  EXPECT_EQ(code_of(0.0F, std::vector<float>{-0.0F}), 0);
}

TEST(ThresholdsOfColumns, SeeEachColumnSortedAndHowManyAreWanted) {
  const std::vector<float> rows = {8, 5, 0, 7, 3, 6};
  const std::vector<std::size_t> levels = {4, 1};
  std::vector<std::vector<float>> seen;
  const auto thresholds_of = [&](std::size_t feature, std::span<const float> sorted,
                                 std::size_t count) {
    EXPECT_EQ(feature, seen.size());
    EXPECT_EQ(count, levels[feature] - 1);
    seen.emplace_back(sorted.begin(), sorted.end());
    return std::vector<float>(count, sorted[1]);
  };
  const Thresholds thresholds = thresholds_of_columns({rows.data(), 3, 2}, levels, thresholds_of);
  EXPECT_EQ(seen, (std::vector<std::vector<float>>{{0, 3, 8}, {5, 6, 7}}));
  EXPECT_EQ(of(thresholds, 0), (std::vector<float>{3, 3, 3}));
  EXPECT_EQ(of(thresholds, 1), std::vector<float>{});
  const std::vector<float> gap = {8, 5, std::numeric_limits<float>::quiet_NaN(), 7, 3, 6};
  EXPECT_DEATH(thresholds_of_columns({gap.data(), 3, 2}, levels, thresholds_of), "isfinite");
  const std::vector<std::size_t> none = {4, 0};
  EXPECT_DEATH(thresholds_of_columns({rows.data(), 3, 2}, none, thresholds_of), "levels");
}

TEST(MinmaxThresholds, StandHalfAStepInside) {
  // Columns 0..8 and a constant; s = 8 / 3 and 8 / 1.
  const std::vector<float> rows = {8, 5, 0, 5, 3, 5};
  const std::vector<std::size_t> levels = {4, 3};
  const Thresholds thresholds = minmax_thresholds({rows.data(), 3, 2}, levels);
  EXPECT_EQ(of(thresholds, 0), (std::vector<float>{4.0F / 3, 4.0F, 20.0F / 3}));
  EXPECT_EQ(of(thresholds, 1), (std::vector<float>{5, 5}));
  const std::vector<std::size_t> two = {2, 1};
  const Thresholds coarse = minmax_thresholds({rows.data(), 3, 2}, two);
  EXPECT_EQ(of(coarse, 0), std::vector<float>{4});
  EXPECT_EQ(of(coarse, 1), std::vector<float>{});
}

TEST(MinmaxThresholds, CodesAreTheNearestOfEvenlySpacedValues) {
  base::Random random(11);
  std::vector<float> rows(200);
  for (float& value : rows) value = static_cast<float>(random.normal());
  const auto [low, high] = std::minmax_element(rows.begin(), rows.end());
  for (const std::size_t levels : {2, 3, 16, 256}) {
    const Thresholds thresholds = minmax_thresholds({rows.data(), rows.size(), 1}, {{levels}});
    const double step = (double{*high} - *low) / static_cast<double>(levels - 1);
    for (const float value : rows) {
      const double nearest = (double{value} - *low) / step;
      const double code = code_of(value, thresholds.of(0));
      EXPECT_LE(std::abs(nearest - code), 0.5 + 1e-5) << levels << " levels, " << value;
    }
  }
}

TEST(MinmaxThresholds, SurviveTheWholeRangeOfFloats) {
  const float largest = std::numeric_limits<float>::max();
  const std::vector<float> rows = {-largest, largest};
  const Thresholds thresholds = minmax_thresholds({rows.data(), 2, 1}, {{3}});
  EXPECT_FLOAT_EQ(thresholds.values[0], -largest / 2);
  EXPECT_FLOAT_EQ(thresholds.values[1], largest / 2);
}

// Expected values: position j / (M + 1) * (rows - 1) between the sorted readings, by hand; the same
// as numpy.quantile([1, 2, 4, 8, 16], [...]).
TEST(QuantileThresholds, InterpolateLikeNumpy) {
  const std::vector<float> rows = {16, 2, 8, 1, 4};
  const auto quantiles = [&](std::size_t levels) {
    return of(quantile_thresholds({rows.data(), 5, 1}, {{levels}}), 0);
  };
  EXPECT_EQ(quantiles(1), std::vector<float>{});
  EXPECT_EQ(quantiles(2), std::vector<float>{4});
  EXPECT_EQ(quantiles(4), (std::vector<float>{2, 4, 8}));
  EXPECT_EQ(quantiles(8), (std::vector<float>{1.5F, 2, 3, 4, 6, 8, 12}));
  // Positions 4/3 and 8/3: 2 + 2/3 and 8 - 4/3.
  EXPECT_EQ(quantiles(3), (std::vector<float>{8.0F / 3, 20.0F / 3}));
  // Positions 0.8, 1.6, 2.4, 3.2: 1.8, 3.2, 5.6, 9.6.
  EXPECT_EQ(quantiles(5), (std::vector<float>{1.8F, 3.2F, 5.6F, 9.6F}));
}

TEST(QuantileThresholds, OfFewRowsAndTies) {
  const std::vector<float> one = {2.5F};
  EXPECT_EQ(of(quantile_thresholds({one.data(), 1, 1}, {{4}}), 0), std::vector<float>(3, 2.5F));
  const std::vector<float> ties = {0, 1, 1, 1, 1, 1, 1, 1, 2};
  EXPECT_EQ(of(quantile_thresholds({ties.data(), 9, 1}, {{4}}), 0), std::vector<float>(3, 1.0F));
}

TEST(QuantileThresholds, PutEquallyManyDistinctReadingsInEveryCell) {
  base::Random random(12);
  base::Matrix rows(1600, 2);
  for (float& value : rows.values()) value = static_cast<float>(random.normal());
  const std::vector<std::size_t> levels = {16, 5};
  const Thresholds thresholds = quantile_thresholds(rows, levels);
  for (std::size_t feature = 0; feature < 2; ++feature) {
    std::vector<std::size_t> occupied(levels[feature]);
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      ++occupied[code_of(rows(row, feature), thresholds.of(feature))];
    }
    for (const std::size_t count : occupied) {
      EXPECT_NEAR(static_cast<double>(count), 1600.0 / static_cast<double>(levels[feature]), 1.0);
    }
  }
}

TEST(QuantileThresholds, ReadRowsOfAWiderTable) {
  const std::vector<float> table = {1, 10, 99, 2, 20, 99, 3, 30, 99};
  const Thresholds thresholds = quantile_thresholds({table.data(), 3, 2, 3}, {{2, 2}});
  EXPECT_EQ(thresholds.values, (std::vector<float>{2, 20}));
}

TEST(ThresholdStarts, RefuseImpossibleLevelsAndReadings) {
  const std::vector<float> rows = {1, 2};
  EXPECT_DEATH(minmax_thresholds({rows.data(), 2, 1}, {{0}}), "levels");
  EXPECT_DEATH(quantile_thresholds({rows.data(), 2, 1}, {{257}}), "levels");
  EXPECT_DEATH(quantile_thresholds({rows.data(), 0, 1}, {{2}}), "rows");
  const std::vector<float> holes = {1, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_DEATH(quantile_thresholds({holes.data(), 2, 1}, {{2}}), "isfinite");
}

TEST(Midpoints, MirrorTheOuterGaps) {
  // t_0 = 0 - 2, t_4 = 8 + 6.
  const std::vector<float> thresholds = {0, 2, 8};
  EXPECT_EQ(midpoints(thresholds, -100, 100), (std::vector<float>{-1, 1, 5, 11}));
}

TEST(Midpoints, OfOneThresholdLieInsideTheReadings) {
  EXPECT_EQ(midpoints(std::vector<float>{1}, -3, 2), (std::vector<float>{-1, 1.5F}));
  EXPECT_EQ(midpoints({}, -3, 2), std::vector<float>{-0.5F});
}

TEST(Midpoints, OfMinmaxThresholdsAreTheEvenlySpacedValues) {
  const std::vector<float> rows = {-2, 5};
  const Thresholds thresholds = minmax_thresholds({rows.data(), 2, 1}, {{8}});
  const std::vector<float> values = midpoints(thresholds.of(0), -2, 5);
  ASSERT_EQ(values.size(), 8U);
  for (std::size_t code = 0; code < 8; ++code) {
    EXPECT_NEAR(values[code], -2 + static_cast<double>(code), 1e-6);
  }
}

}  // namespace
}  // namespace terse::quantize
