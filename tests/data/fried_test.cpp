#include "terse/data/fried.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "data/input_error.h"

namespace terse::data {
namespace {

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments moments_of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) moments.mean += value;
  moments.mean /= static_cast<double>(values.size());
  for (const double value : values) {
    moments.variance += (value - moments.mean) * (value - moments.mean);
  }
  moments.variance /= static_cast<double>(values.size());
  return moments;
}

double without_noise(const Frame& frame, std::size_t row) {
  const auto x = [&](std::size_t column) {
    return static_cast<double>(frame.columns[column].values[row]);
  };
  return 10 * std::sin(std::numbers::pi * x(0) * x(1)) + 20 * (x(2) - 0.5) * (x(2) - 0.5) +
         10 * x(3) + 5 * x(4);
}

TEST(Fried, ShapeNamesAndRounding) {
  const Frame frame = read_fried("fried");
  EXPECT_EQ(frame.source, "fried");
  EXPECT_EQ(frame.rows, 40768U);
  ASSERT_EQ(frame.columns.size(), 11U);
  EXPECT_EQ(frame.columns[0].name, "X1");
  EXPECT_EQ(frame.columns[9].name, "X10");
  EXPECT_EQ(frame.default_target, "y");
  EXPECT_EQ(frame.columns[10].name, "y");
  EXPECT_EQ(frame.place(2, 0), "row 3, column 1 ('X1')");
  for (const Column& column : frame.columns) {
    ASSERT_EQ(column.values.size(), frame.rows);
    for (const float value : column.values) {
      ASSERT_EQ(value, static_cast<float>(std::round(value * 1000.0) / 1000.0));
    }
  }
}

TEST(Fried, NoiseIsStandardNormal) {
  const Frame frame = fried();
  std::vector<double> noise;
  std::vector<double> fourth;
  for (std::size_t row = 0; row < frame.rows; ++row) {
    noise.push_back(static_cast<double>(frame.columns[10].values[row]) - without_noise(frame, row));
    fourth.push_back(std::pow(noise.back(), 4));
  }
  // Five standard errors of the mean, the variance and the fourth moment of N(0, 1).
  const double n = static_cast<double>(frame.rows);
  EXPECT_NEAR(moments_of(noise).mean, 0.0, 5 * std::sqrt(1 / n));
  EXPECT_NEAR(moments_of(noise).variance, 1.0, 5 * std::sqrt(2 / n));
  EXPECT_NEAR(moments_of(fourth).mean, 3.0, 5 * std::sqrt(96 / n));
}

TEST(Fried, TargetHasThePublishedVariance) {
  const Frame frame = fried();
  std::vector<double> y(frame.columns[10].values.begin(), frame.columns[10].values.end());
  // The published set: mean 14.41, standard deviation 4.997 (variance 24.97). The variance of a
  // sample of this size has a standard error of about 0.15.
  EXPECT_NEAR(moments_of(y).mean, 14.4078, 5 * 4.997 / std::sqrt(40768.0));
  EXPECT_NEAR(moments_of(y).variance, 24.97, 0.75);
  for (std::size_t column = 0; column < 10; ++column) {
    const std::vector<float>& values = frame.columns[column].values;
    const Moments x = moments_of({values.begin(), values.end()});
    EXPECT_NEAR(x.mean, 0.5, 5 * std::sqrt(1.0 / 12 / 40768));
    EXPECT_NEAR(x.variance, 1.0 / 12, 5 * std::sqrt(1.0 / 180 / 40768));
  }
}

TEST(Fried, SeedsAndRows) {
  const Frame first = read_fried("fried:100:7");
  EXPECT_EQ(first.rows, 100U);
  EXPECT_EQ(first.columns[10].values, fried(100, 7).columns[10].values);
  EXPECT_NE(first.columns[10].values, fried(100, 8).columns[10].values);
  std::vector<float> longer = fried(150, 7).columns[3].values;
  longer.resize(100);
  EXPECT_EQ(first.columns[3].values, longer);
  EXPECT_EQ(read_fried("fried:5").columns[0].values, fried(5, 0).columns[0].values);
  EXPECT_EQ(read_fried("fried:5:18446744073709551615").rows, 5U);
}

TEST(Fried, BadNumbersAreRefused) {
  EXPECT_EQ(input_error([] { read_fried("fried:many"); }),
            "fried:many: 'many' is not a valid number of rows; write fried[:rows[:seed]] with a "
            "number of rows from 1 to 100000000");
  for (const char* bad :
       {"fried:", "fried:0", "fried:-3", "fried:1.5", "fried: 5", "fried:5:", "fried:5:x",
        "fried:5:1:2", "fried:100000001", "fried:99999999999999999999999", "fried::1"}) {
    EXPECT_EQ(input_error([&] { read_fried(bad); }).find(bad), 0U) << bad;
  }
}

}  // namespace
}  // namespace terse::data
