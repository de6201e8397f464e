#include "terse/stats/fold_losses.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "terse/base/random.h"
#include "terse/stats/further_splits.h"

namespace terse::stats {
namespace {

using Values = std::vector<double>;
using Sizes = std::vector<std::size_t>;

TEST(FoldLosses, MeansOfEachFold) {
  const Values rows = {1, 2, 3, 10, 20, 7};
  const Sizes sizes = {3, 2, 1};
  EXPECT_EQ(fold_means({rows, sizes}), (Values{2, 15, 7}));
  EXPECT_TRUE(fold_means({{}, {}}).empty());
}

// Excesses 1, 3 | 5, 9: variance within (1 + 1 + 4 + 4) / 2 = 5 and so 2.5 of a mean of two rows;
// between the means 2 and 7 it is 12.5.
TEST(FoldLosses, ShareOfRowsByHand) {
  const Values reference = {10, 20, 30, 40};
  const Sizes sizes = {2, 2};
  Values candidate = {1, 3, 5, 9};
  for (std::size_t r = 0; r < 4; ++r) candidate[r] += 1.5 * reference[r] + 2;
  const Resampling found = resampling_of_folds({candidate, sizes}, {reference, sizes}, {0.5, 2});
  EXPECT_NEAR(found.share_of_rows, 2.5 / 12.5, 1e-12);
  EXPECT_EQ(found.test_per_train, 0);
}

TEST(FoldLosses, NoShareWhereNothingSpreads) {
  const Values reference = {1, 1, 1, 1};
  const Sizes sizes = {2, 2};
  EXPECT_EQ(resampling_of_folds({reference, sizes}, {reference, sizes}, {}).share_of_rows, 0);
  const Values one_fold = {1, 2, 3, 4};
  const Sizes whole = {4};
  EXPECT_EQ(resampling_of_folds({one_fold, whole}, {reference, whole}, {}).share_of_rows, 0);
  const Sizes single = {1, 1, 1, 1};
  EXPECT_EQ(resampling_of_folds({one_fold, single}, {reference, single}, {}).share_of_rows, 0);
  Values broken = one_fold;
  broken[2] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(resampling_of_folds({broken, sizes}, {reference, sizes}, {}).share_of_rows, 0);
}

// Rows of deviation 1, 100 in each of 20 folds, and a training part of deviation 0.1, which is as
// much as that of a fold's mean, or of none.
TEST(FoldLosses, TellsRowsFromTrainings) {
  constexpr int rounds = 50;
  base::Random random(7);
  const auto mean_share = [&](double training) {
    const Sizes sizes(20, 100);
    double sum = 0;
    for (int round = 0; round < rounds; ++round) {
      Values candidate;
      for (std::size_t fold = 0; fold < sizes.size(); ++fold) {
        const double own = training * random.normal();
        for (std::size_t r = 0; r < 100; ++r) candidate.push_back(own + random.normal());
      }
      const Values reference(candidate.size(), 0.0);
      sum += resampling_of_folds({candidate, sizes}, {reference, sizes}, {}).share_of_rows;
    }
    return sum / rounds;
  };
  // The mean of 1 / variance is 19 / 17 of what the true one is.
  EXPECT_NEAR(mean_share(0.1), 0.5 * 19 / 17, 0.06);
  EXPECT_GT(mean_share(0.0), 0.8);
  EXPECT_LT(mean_share(1.0), 0.02);
}

}  // namespace
}  // namespace terse::stats
