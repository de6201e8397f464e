#include "terse/stats/mean_bounds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "stats/scipy_table.h"
#include "terse/base/random.h"
#include "terse/stats/interval.h"

namespace terse::stats {
namespace {

TEST(MeanBounds, AreThoseComputedWithScipy) {
  for (const ScipyLine& line : scipy_lines("mean")) {
    const MeanBounds bounds = mean_bounds(line.numbers(4), {line.number(0)}, line.number(1));
    // Bisection finds Hall's bound to fewer digits where his cubic is flat.
    EXPECT_NEAR(bounds.lower, line.number(2), 1e-6 * (1 + std::abs(line.number(2))));
    EXPECT_NEAR(bounds.upper, line.number(3), 1e-6 * (1 + std::abs(line.number(3))));
  }
}

TEST(MeanBounds, ProbabilitiesAreThoseOfScipy) {
  for (const ScipyLine& line : scipy_lines("student")) {
    const std::vector<double> values = line.numbers(2);
    const MeanBounds bounds = mean_bounds(values);
    EXPECT_NEAR(sample_skewness(values), line.number(1), 1e-9 * (1 + std::abs(line.number(1))));
    // Never less than Student's; without skewness Student's itself.
    EXPECT_GE(bounds.p_below, line.number(0) * (1 - 1e-9));
    const double freedom = static_cast<double>(values.size()) - 1;
    const double factor = 1 / static_cast<double>(values.size());
    const double plain = p_of_mean_below(bounds.mean / bounds.spread, factor, 0, freedom);
    EXPECT_NEAR(plain, line.number(0), 1e-9 * line.number(0));
  }
}

TEST(MeanBounds, BoundAndProbabilityAgree) {
  base::Random random(4);
  for (int round = 0; round < 2000; ++round) {
    std::vector<double> values;
    for (int i = 0; i < 3 + round % 10; ++i) values.push_back(std::exp(random.normal()) - 1.8);
    const Resampling resampling{round % 3 == 0 ? 0.1 : 0.0};
    const MeanBounds bounds = mean_bounds(values, resampling, 0.05);
    EXPECT_EQ(bounds.upper < 0, bounds.p_below < 0.05);
    EXPECT_EQ(bounds.lower > 0, bounds.p_above < 0.05);
  }
}

TEST(MeanBounds, OfNoneAndOne) {
  const MeanBounds none = mean_bounds({});
  EXPECT_EQ(none.mean, 0);
  EXPECT_EQ(none.p_below, 1);
  const MeanBounds one = mean_bounds(std::vector<double>{-3});
  EXPECT_EQ(one.mean, -3);
  EXPECT_TRUE(std::isinf(one.lower) && std::isinf(one.upper));
  EXPECT_EQ(one.p_below, 1);
  EXPECT_EQ(one.p_above, 1);
}

TEST(MeanBounds, EqualValuesAreTakenAtTheirWord) {
  const MeanBounds bounds = mean_bounds(std::vector<double>(3, -0.1));
  EXPECT_EQ(bounds.mean, -0.1);
  EXPECT_EQ(bounds.upper, -0.1);
  EXPECT_EQ(bounds.lower, -0.1);
  EXPECT_EQ(bounds.p_below, 0);
  EXPECT_EQ(bounds.p_above, 1);
  const MeanBounds zero = mean_bounds(std::vector<double>(3, 0.0));
  EXPECT_EQ(zero.p_below, 1);
  EXPECT_EQ(zero.p_above, 1);
}

// A square or cube of such values leaves the range of double, and of its denormal numbers.
TEST(MeanBounds, ScaleWithTheirValues) {
  const std::vector<double> values = {-1, -2, -2.5, 0.5, -4};
  const MeanBounds plain = mean_bounds(values);
  for (const double scale : {1e-200, 1e200}) {
    std::vector<double> scaled;
    for (const double value : values) scaled.push_back(value * scale);
    const MeanBounds bounds = mean_bounds(scaled);
    EXPECT_NEAR(bounds.upper / scale, plain.upper, 1e-12);
    EXPECT_NEAR(bounds.lower / scale, plain.lower, 1e-12);
    EXPECT_NEAR(bounds.p_below, plain.p_below, 1e-12);
  }
}

// How often the true mean, 0, lies above the upper bound, of 4000 samples of ten.
double level(const std::function<double(base::Random&)>& draw, std::uint64_t seed,
             bool student_alone = false) {
  constexpr int rounds = 4000;
  base::Random random(seed);
  int wrong = 0;
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> values;
    for (int i = 0; i < 10; ++i) values.push_back(draw(random));
    const MeanBounds bounds = mean_bounds(values);
    const double root = std::sqrt(10.0);
    const bool student = t_below(bounds.mean / bounds.spread * root, 9) < 0.05;
    wrong += (student_alone ? student : bounds.upper < 0) ? 1 : 0;
  }
  return double(wrong) / rounds;
}

double student_3(base::Random& random) {
  double squares = 0;
  const double value = random.normal();
  for (int i = 0; i < 3; ++i) squares += std::pow(random.normal(), 2);
  return value / std::sqrt(squares / 3);
}

// 5 % and three standard deviations of a share of 4000.
constexpr double nominal = 0.05 + 3 * 0.00345;

TEST(MeanBounds, KeepTheirLevel) {
  EXPECT_LE(level([](base::Random& random) { return random.normal(); }, 1), nominal);
  EXPECT_LE(level(student_3, 2), nominal);
  // Two methods with log-normal losses, no better one nor the other.
  EXPECT_LE(level([](auto& r) { return std::exp(r.normal()) - std::exp(r.normal()); }, 3), nominal);
  // A tail of small values.
  EXPECT_LE(level([](auto& r) { return std::exp(0.5) - std::exp(r.normal()); }, 4), nominal);
}

// A tail of large values that ten splits seldom show: no bound of the mean holds for every
// distribution (Bahadur and Savage, Annals of Mathematical Statistics 27, 1956). Hall's correction
// takes away a good part of what Student's bound errs.
TEST(MeanBounds, ErrLessThanStudentWhereATailIsAbove) {
  for (const double sigma : {0.5, 1.0}) {
    const auto draw = [sigma](base::Random& random) {
      return std::exp(sigma * random.normal()) - std::exp(sigma * sigma / 2);
    };
    const double own = level(draw, 5);
    EXPECT_LE(own, sigma < 1 ? 0.09 : 0.14);
    EXPECT_LE(own, 0.75 * level(draw, 5, true));
  }
}

// Splits that share rows have differences that resemble each other: with a correlation of
// test / (test + train) Nadeau and Bengio's factor is the right one.
TEST(MeanBounds, KeepTheirLevelWhereSplitsOverlap) {
  constexpr double test_per_train = 1.0 / 9;
  constexpr double correlation = 0.1;
  constexpr int rounds = 4000;
  base::Random random(6);
  int corrected = 0;
  int plain = 0;
  for (int round = 0; round < rounds; ++round) {
    const double shared = std::sqrt(correlation) * random.normal();
    std::vector<double> values;
    for (int i = 0; i < 10; ++i) {
      values.push_back(shared + std::sqrt(1 - correlation) * random.normal());
    }
    corrected += mean_bounds(values, {test_per_train}).upper < 0 ? 1 : 0;
    plain += mean_bounds(values).upper < 0 ? 1 : 0;
  }
  EXPECT_LE(double(corrected) / rounds, nominal);
  EXPECT_GE(double(corrected) / rounds, 0.03);
  EXPECT_GE(double(plain) / rounds, 0.08);
}

}  // namespace
}  // namespace terse::stats
