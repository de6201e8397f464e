#include "terse/allocate/evidence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "terse/base/random.h"
#include "terse/stats/further_splits.h"
#include "terse/stats/several_questions.h"

namespace terse::allocate {
namespace {

using stats::Verdict;

// How losses come about: a row is as hard for every model, a training turns out better or worse in
// each fold, and each model errs on each row by itself.
struct World {
  std::size_t folds = 4;
  std::size_t rows = 40;    // of each fold
  double training = 0.02;   // deviation of a training's logarithm
  double row_noise = 0.05;  // of a row's
};

CurvePoint point(ValidationLosses losses) {
  CurvePoint result;
  result.budgets = {8.0};
  result.losses = std::move(losses);
  return result;
}

class Simulation {
 public:
  Simulation(const World& world, std::uint64_t seed) : world_(world), random_(seed) {
    for (std::size_t r = 0; r < world.folds * world.rows; ++r) {
      const double error = random_.normal();
      hardness_.push_back(error * error);
    }
  }

  ValidationLosses losses(double ratio) {
    ValidationLosses result;
    for (std::size_t fold = 0; fold < world_.folds; ++fold) {
      const double own = ratio * std::exp(world_.training * random_.normal());
      for (std::size_t r = 0; r < world_.rows; ++r) {
        const double noise = std::exp(world_.row_noise * random_.normal());
        result.rows.push_back(own * noise * hardness_[result.rows.size()]);
      }
      result.fold_rows.push_back(world_.rows);
    }
    return result;
  }

  // The better of two decoders, as the curve has it.
  ValidationLosses best_of_two(double ratio) {
    ValidationLosses first = losses(ratio);
    ValidationLosses second = losses(ratio);
    return first.mean() < second.mean() ? first : second;
  }

  Curve curve(const std::vector<double>& ratios) {
    Curve result;
    result.reference.losses = losses(1.0);
    for (const double ratio : ratios) result.points.push_back(point(losses(ratio)));
    return result;
  }

 private:
  World world_;
  base::Random random_;
  std::vector<double> hardness_;
};

bool any_as_good(const Curve& curve, double share) {
  return smallest_as_good(evidence(curve, share)).has_value();
}

ValidationLosses losses_of(const std::vector<double>& rows, const std::vector<std::size_t>& folds) {
  return {rows, folds};
}

// Folds of two, one and two rows: means 2, 5, 3 against 1, 5, 4.
TEST(Evidence, ComparesTheMeansOfTheFolds) {
  Curve curve;
  curve.reference.losses = losses_of({0, 2, 5, 1, 7}, {2, 1, 2});
  curve.points.push_back(point(losses_of({1, 3, 5, 4, 2}, {2, 1, 2})));
  const auto found = evidence(curve, 0.1);
  ASSERT_EQ(found.size(), 1U);
  const std::vector<double> candidate = {2, 5, 3};
  const std::vector<double> reference = {1, 5, 4};
  const stats::Comparison expected = stats::compare({candidate, reference}, {0.1});
  EXPECT_EQ(found[0].pairs, 3U);
  EXPECT_EQ(found[0].excess.upper, expected.excess.upper);
  EXPECT_EQ(found[0].difference.mean, 0.0);
  EXPECT_EQ(found[0].verdict, Verdict::unknown);
}

// What the rule of before, "not significantly above", took for as good: 40 % more loss, and noise.
TEST(Evidence, LittleEvidenceShowsNothing) {
  for (const std::size_t folds : {1U, 2U}) {
    Simulation simulation({.folds = folds, .rows = 10, .training = 0.4, .row_noise = 1.0}, 3);
    for (int round = 0; round < 20; ++round) {
      EXPECT_FALSE(any_as_good(simulation.curve({1.4, 1.4, 1.4}), 0.02));
    }
  }
  Simulation single({.folds = 1}, 4);
  const auto found = evidence(single.curve({0.1}), 0.02);
  EXPECT_EQ(found[0].verdict, Verdict::unknown);
}

// Budgets that the curve has not reached are questions, too.
TEST(Evidence, HoldsForAllBudgetsTogether) {
  Simulation simulation({.folds = 5}, 5);
  Curve curve = simulation.curve({1.0});
  std::size_t left = 0;
  while (any_as_good(curve, 0.1)) {
    ASSERT_LT(++left, 100'000U);
    curve.budgets_left = left;
  }
  EXPECT_GT(left, 1U);
  EXPECT_EQ(evidence(curve, 0.1).size(), 1U);
  const auto alone = stats::further_splits(evidence(curve, 0.1)[0]);
  EXPECT_EQ(alone.kind, stats::Further::about);
}

double share_of_curves(std::size_t folds, const std::vector<double>& ratios, std::uint64_t seed,
                       bool choosing = false) {
  constexpr int rounds = 1000;
  int found = 0;
  for (int round = 0; round < rounds; ++round) {
    Simulation simulation({.folds = folds}, seed * rounds + static_cast<std::uint64_t>(round));
    Curve curve = simulation.curve(ratios);
    if (choosing) {
      curve.reference.losses = simulation.best_of_two(1.0);
      for (std::size_t p = 0; p < ratios.size(); ++p) {
        curve.points[p].losses = simulation.best_of_two(ratios[p]);
      }
    }
    found += any_as_good(curve, 0.05) ? 1 : 0;
  }
  return double(found) / rounds;
}

// 5 % and three standard deviations of a share of 1000.
constexpr double nominal = 0.05 + 3 * 0.0069;

// Messages exactly on the margin, and beyond: any claim among them is false.
TEST(Evidence, FalseClaimsAreAsRareAsPromised) {
  for (const std::size_t folds : {3U, 5U, 10U}) {
    EXPECT_LE(share_of_curves(folds, {1.05}, 1), nominal) << folds;
    EXPECT_LE(share_of_curves(folds, {1.05, 1.05, 1.05, 1.05, 1.05}, 2), nominal) << folds;
    EXPECT_LE(share_of_curves(folds, {1.05, 1.1, 1.2}, 3), nominal) << folds;
  }
}

// The decoder is chosen on the rows that judge it: so is that of full precision.
TEST(Evidence, ChoosingADecoderOnBothSidesKeepsThePromise) {
  for (const std::size_t folds : {4U, 10U}) {
    EXPECT_LE(share_of_curves(folds, {1.05, 1.05, 1.05}, 4, true), nominal) << folds;
  }
}

TEST(Evidence, TruthIsFoundWithEnoughFolds) {
  EXPECT_GE(share_of_curves(10, {1.0, 1.0, 1.2}, 5), 0.95);
  EXPECT_GE(share_of_curves(5, {1.0, 1.0, 1.2}, 6), 0.5);
  EXPECT_GE(share_of_curves(4, {0.95, 1.2}, 7), 0.6);
  // Two folds show next to nothing.
  EXPECT_LE(share_of_curves(2, {1.0, 1.0, 1.2}, 8), 0.3);
}

stats::Comparison with(Verdict verdict, double excess = 0.0) {
  stats::Comparison comparison;
  comparison.verdict = verdict;
  comparison.excess.mean = excess;
  return comparison;
}

TEST(Evidence, TheSmallestMessages) {
  const std::vector<stats::Comparison> all = {
      with(Verdict::better),     with(Verdict::unknown),     with(Verdict::non_inferior),
      with(Verdict::unknown),    with(Verdict::unknown, -1), with(Verdict::unknown, 0.1),
      with(Verdict::inferior, 1)};
  EXPECT_EQ(smallest_as_good(all), 2U);
  EXPECT_EQ(smallest_open(all), 4U);
  const auto first = std::span(all).first(3);
  EXPECT_EQ(smallest_as_good(first), 2U);
  EXPECT_EQ(smallest_open(first), std::nullopt);
  const auto last = std::span(all).last(1);
  EXPECT_EQ(smallest_as_good(last), std::nullopt);
  EXPECT_EQ(smallest_open(last), std::nullopt);
  EXPECT_EQ(smallest_as_good({}), std::nullopt);
  // None may be within the margin: the one that comes closest to it.
  const std::vector<stats::Comparison> above = {
      with(Verdict::inferior, 0.1), with(Verdict::unknown, 0.1), with(Verdict::unknown, 0.2)};
  EXPECT_EQ(smallest_open(above), 1U);
}

}  // namespace
}  // namespace terse::allocate
