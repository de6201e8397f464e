#include "terse/compress/candidates.h"

#include <gtest/gtest.h>

#include "terse/base/random.h"

namespace terse::compress {
namespace {

Candidate candidate(double cost, std::vector<double> losses) {
  return {"made up", {4, 4}, cost, std::move(losses)};
}

TEST(Candidates, OfCertainDifferencesTheBestIsTaken) {
  const std::vector<Candidate> candidates = {candidate(100, {1.0, 2.0, 3.0}),
                                             candidate(200, {0.9, 1.9, 2.9}),
                                             candidate(300, {0.95, 1.95, 2.95})};
  EXPECT_DOUBLE_EQ(candidates[1].loss(), 1.9);
  EXPECT_EQ(simplest_of_the_best(candidates), 1U);
}

TEST(Candidates, OfEqualOnesTheCheapestIsTaken) {
  const std::vector<Candidate> candidates = {candidate(200, {1.0, 2.0}), candidate(100, {1.0, 2.0}),
                                             candidate(150, {1.0, 2.0})};
  EXPECT_EQ(simplest_of_the_best(candidates), 1U);
  const std::vector<Candidate> same_cost = {candidate(100, {1.1, 2.0}), candidate(100, {1.0, 2.0})};
  EXPECT_EQ(simplest_of_the_best(same_cost), 1U);
}

// Differences 0.3, -0.1, 0.1, -0.1: mean 0.05, standard error sqrt(0.11 / 3 / 4) = 0.0957.
TEST(Candidates, WithinOneStandardErrorOfTheDifferenceTheCheaperIsTaken) {
  const std::vector<Candidate> candidates = {candidate(100, {1.3, 0.9, 1.1, 0.9}),
                                             candidate(200, {1.0, 1.0, 1.0, 1.0})};
  EXPECT_EQ(simplest_of_the_best(candidates), 0U);
  EXPECT_EQ(simplest_of_the_best(candidates, 0.53), 0U);
  EXPECT_EQ(simplest_of_the_best(candidates, 0.51), 1U);
  EXPECT_EQ(simplest_of_the_best(candidates, 0.0), 1U);
}

// The rows' own spread, however large, does not hide a difference that they share.
TEST(Candidates, RowsAreCompared) {
  base::Random random(1);
  std::vector<double> cheap;
  std::vector<double> dear;
  for (int r = 0; r < 500; ++r) {
    const double loss = 100.0 * random.uniform();
    dear.push_back(loss);
    cheap.push_back(loss + 0.1 + 0.05 * random.normal());
  }
  const std::vector<Candidate> candidates = {candidate(100, cheap), candidate(200, dear)};
  EXPECT_EQ(simplest_of_the_best(candidates), 1U);
}

}  // namespace
}  // namespace terse::compress
