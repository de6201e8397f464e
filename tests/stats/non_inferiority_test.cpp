#include "terse/stats/non_inferiority.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "terse/base/random.h"

namespace terse::stats {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

using Values = std::vector<double>;

const Values reference = {1.00, 1.10, 0.90, 1.05, 0.95, 1.20, 0.85, 1.00};

Values plus(const Values& values, const Values& added) {
  Values result = values;
  for (std::size_t i = 0; i < result.size(); ++i) result[i] += added[i];
  return result;
}

TEST(NonInferiority, EachVerdict) {
  const Values noise = {0.01, -0.01, 0.005, -0.005, 0.012, -0.012, 0.002, -0.002};
  const auto verdict = [&](double shift, const Margin& margin) {
    Values added = noise;
    for (double& value : added) value += shift;
    return compare({plus(reference, added), reference}, margin).verdict;
  };
  EXPECT_EQ(verdict(-0.02, {0.02, 0}), Verdict::better);
  EXPECT_EQ(verdict(0.00, {0.02, 0}), Verdict::non_inferior);
  EXPECT_EQ(verdict(0.01, {0.02, 0}), Verdict::non_inferior);  // worse, and within the margin
  EXPECT_EQ(verdict(0.02, {0.02, 0}), Verdict::unknown);
  EXPECT_EQ(verdict(0.04, {0.02, 0}), Verdict::inferior);
  EXPECT_EQ(verdict(0.02, {0, 0.04}), Verdict::non_inferior);
  EXPECT_EQ(verdict(0.03, {0.02, 0.02}), Verdict::non_inferior);
  EXPECT_EQ(verdict(0.00, {0, 0}), Verdict::unknown);
  EXPECT_EQ(name(Verdict::unknown), "cannot tell yet");
}

TEST(NonInferiority, AsGoodAreBetterAndNonInferior) {
  EXPECT_TRUE(as_good(Verdict::better) && as_good(Verdict::non_inferior));
  EXPECT_FALSE(as_good(Verdict::inferior) || as_good(Verdict::unknown));
}

// Differences 1..5 over 2, in units of 0.1: by hand as in the test of intervals.
TEST(NonInferiority, FiguresByHand) {
  const Values second = {10, 20, 30, 40, 50};
  const Values first = {10.1, 20.2, 30.3, 40.4, 50.5};
  const Comparison comparison = compare({first, second}, {0.1, 1}, {1.0 / 9});
  EXPECT_EQ(comparison.pairs, 5U);
  EXPECT_NEAR(comparison.candidate, 30.3, 1e-12);
  EXPECT_NEAR(comparison.reference, 30, 1e-12);
  EXPECT_NEAR(comparison.margin, 4, 1e-12);
  EXPECT_NEAR(comparison.difference.mean, 0.3, 1e-12);
  EXPECT_NEAR(comparison.excess.mean, -3.7, 1e-12);
  // Spread sqrt(2.5) / 10, factor 1/5 + 1/9, t(0.95, 4) = 2.131847; no skewness.
  EXPECT_NEAR(comparison.difference.upper, 0.3 + 2.131847 * std::sqrt(0.025 * (0.2 + 1.0 / 9)),
              1e-6);
}

// Two splits at 2.4 times the loss were once "as good", as nothing had been shown (study).
TEST(NonInferiority, LessEvidenceIsNeverAFinding) {
  const Values second = {0.04, 0.07};
  const Values first = {0.12, 0.15};
  EXPECT_NE(compare({first, second}, {0.02, 0}).verdict, Verdict::non_inferior);
  EXPECT_EQ(compare({Values{0.12}, Values{0.05}}, {0.02, 0}).verdict, Verdict::unknown);
  EXPECT_EQ(compare({Values{0.05}, Values{0.05}}, {0.02, 0}).verdict, Verdict::unknown);
  EXPECT_EQ(compare({{}, {}}, {0.02, 0}).verdict, Verdict::unknown);
}

TEST(NonInferiority, EqualLossesAreNonInferiorAtAnyMargin) {
  EXPECT_EQ(compare({reference, reference}, {}).verdict, Verdict::non_inferior);
  const Values zero(4, 0.0);
  EXPECT_EQ(compare({zero, zero}, {0.02, 0}).verdict, Verdict::non_inferior);
  // A reference that loses nothing: a share of it allows nothing.
  EXPECT_EQ(compare({Values{1, 2, 1.5, 1.2}, zero}, {0.5, 0}).verdict, Verdict::inferior);
  EXPECT_EQ(compare({Values{1, 2, 1.5, 1.2}, zero}, {0, 9}).verdict, Verdict::non_inferior);
}

TEST(NonInferiority, FailuresOfTheCandidateAreNotLeftOut) {
  Values first = reference;
  for (double& loss : first) loss *= 0.5;
  EXPECT_EQ(compare({first, reference}, {}).verdict, Verdict::better);
  for (const double failure : {nan, infinity}) {
    first[3] = failure;
    const Comparison comparison = compare({first, reference}, {});
    EXPECT_EQ(comparison.failed, 1U);
    EXPECT_EQ(comparison.pairs, 7U);
    EXPECT_EQ(comparison.verdict, Verdict::unknown);
    EXPECT_TRUE(std::isfinite(comparison.difference.upper));
  }
  // A failure does not save a candidate that is worse wherever it finished.
  for (double& loss : first) loss *= 4;
  EXPECT_EQ(compare({first, reference}, {}).verdict, Verdict::inferior);
}

TEST(NonInferiority, SplitsWithoutAReferenceAreLeftOut) {
  Values second = reference;
  second[0] = nan;
  second[1] = infinity;
  Values first = reference;
  for (double& loss : first) loss *= 0.5;
  first[1] = nan;
  const Comparison comparison = compare({first, second}, {});
  EXPECT_EQ(comparison.left_out, 2U);
  EXPECT_EQ(comparison.failed, 0U);
  EXPECT_EQ(comparison.verdict, Verdict::better);
}

// A lucky reference does not narrow the margin: its noise is part of the excess.
TEST(NonInferiority, TheMarginsNoiseCounts) {
  const Values second = {0.2, 1.8, 0.4, 1.6, 1.0};
  const Values first(5, 1.3);
  const Margin share{0.5, 0};
  const Margin absolute{0, 0.5};
  EXPECT_GT(compare({first, second}, share).excess.upper,
            compare({first, second}, absolute).excess.upper);
}

// The log-normal losses of `splits` splits of both methods, the candidate's `ratio` times as large.
struct Simulated {
  Values candidate, reference;
};

Simulated simulated(base::Random& random, std::size_t splits, double ratio, double own_noise) {
  Simulated losses;
  for (std::size_t i = 0; i < splits; ++i) {
    const double split = random.normal();
    losses.reference.push_back(std::exp(0.3 * split + own_noise * random.normal()));
    losses.candidate.push_back(ratio * std::exp(0.3 * split + own_noise * random.normal()));
  }
  return losses;
}

double share_of(Verdict verdict, double ratio, double own_noise, std::uint64_t seed) {
  constexpr int rounds = 2000;
  base::Random random(seed);
  int found = 0;
  for (int round = 0; round < rounds; ++round) {
    const Simulated losses = simulated(random, 10, ratio, own_noise);
    const Comparison comparison = compare({losses.candidate, losses.reference}, {0.1, 0});
    found += comparison.verdict == verdict ? 1 : 0;
  }
  return double(found) / rounds;
}

// 5 % and three standard deviations of a share of 2000.
constexpr double nominal = 0.05 + 3 * 0.0049;

TEST(NonInferiority, FalseClaimsAreAsRareAsPromised) {
  for (const double noise : {0.05, 0.5, 1.0}) {
    // On the margin itself neither side of it may be claimed.
    const double at_margin =
        share_of(Verdict::non_inferior, 1.1, noise, 1) + share_of(Verdict::better, 1.1, noise, 1);
    EXPECT_LE(at_margin, nominal);
    EXPECT_LE(share_of(Verdict::inferior, 1.1, noise, 2), nominal);
    EXPECT_LE(share_of(Verdict::better, 1.0, noise, 3), nominal);
  }
}

TEST(NonInferiority, TruthIsFound) {
  EXPECT_GE(
      share_of(Verdict::non_inferior, 1.02, 0.03, 4) + share_of(Verdict::better, 1.02, 0.03, 4),
      0.95);
  EXPECT_GE(share_of(Verdict::better, 0.9, 0.05, 5), 0.95);
  EXPECT_GE(share_of(Verdict::inferior, 1.25, 0.05, 6), 0.95);
  EXPECT_GE(share_of(Verdict::better, 0.5, 0.5, 7), 0.6);
}

}  // namespace
}  // namespace terse::stats
