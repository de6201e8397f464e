#include "terse/train/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "terse/base/random.h"

namespace terse::train {
namespace {

base::Matrix matrix_of(std::size_t columns, const std::vector<float>& values) {
  base::Matrix matrix(values.size() / columns, columns);
  std::ranges::copy(values, matrix.values().begin());
  return matrix;
}

// Class 1 has probabilities .1 .4 .35 .8 for truths 0 0 1 1 (the textbook example, area 0.75).
TEST(ClassMetrics, TwoClassesByHand) {
  const base::Matrix p = matrix_of(2, {0.9F, 0.1F, 0.6F, 0.4F, 0.65F, 0.35F, 0.2F, 0.8F});
  const ClassMetrics metrics = class_metrics(p, std::vector<float>{0, 0, 1, 1});
  EXPECT_DOUBLE_EQ(metrics.accuracy, 0.75);
  EXPECT_DOUBLE_EQ(metrics.roc_auc, 0.75);
  const double loss = -(std::log(0.9) + std::log(0.6) + std::log(0.35) + std::log(0.8)) / 4;
  EXPECT_NEAR(metrics.log_loss, loss, 1e-7);
  // Predicted 0 0 0 1: class 0 has 2 hits of 2 true and 3 predicted, class 1 has 1 of 2 and 1.
  EXPECT_NEAR(metrics.f1_macro, (4.0 / 5.0 + 2.0 / 3.0) / 2, 1e-12);
}

TEST(ClassMetrics, ThreeClassesByHand) {
  const base::Matrix p = matrix_of(3, {0.6F, 0.3F, 0.1F,    // true 0
                                       0.3F, 0.5F, 0.2F,    // true 0
                                       0.1F, 0.8F, 0.1F,    // true 1
                                       0.3F, 0.3F, 0.4F,    // true 2
                                       0.5F, 0.4F, 0.1F});  // true 2
  const ClassMetrics metrics = class_metrics(p, std::vector<float>{0, 0, 1, 2, 2});
  EXPECT_DOUBLE_EQ(metrics.accuracy, 3.0 / 5.0);
  // Hits 1 1 1; true 2 1 2; predicted 2 2 1.
  EXPECT_NEAR(metrics.f1_macro, (2.0 / 4 + 2.0 / 3 + 2.0 / 3) / 3, 1e-12);
  // Pairs won, ties half. Class 0: .6 beats .1 .3 .5, .3 beats .1 and ties .3: 4.5 of 6. Class 1:
  // .8 beats all 4. Class 2: .4 beats .1 .2 .1, .1 ties .1 and .1: 4 of 6.
  EXPECT_NEAR(metrics.roc_auc, (4.5 / 6 + 1.0 + 4.0 / 6) / 3, 1e-12);
}

TEST(ClassMetrics, ClassesThatDoNotOccurDoNotCount) {
  const base::Matrix p = matrix_of(4, {0.7F, 0.1F, 0.1F, 0.1F, 0.2F, 0.6F, 0.1F, 0.1F});
  const ClassMetrics metrics = class_metrics(p, std::vector<float>{0, 1});
  EXPECT_DOUBLE_EQ(metrics.f1_macro, 1.0);
  EXPECT_DOUBLE_EQ(metrics.roc_auc, 1.0);
  EXPECT_TRUE(std::isnan(class_metrics(p, std::vector<float>{0, 0}).roc_auc));
}

TEST(ClassMetrics, CertainAndWrongCostsAsMuchAsTheFloor) {
  const base::Matrix p = matrix_of(2, {1.0F, 0.0F});
  EXPECT_NEAR(class_metrics(p, std::vector<float>{1}).log_loss, 15 * std::log(10.0), 1e-9);
}

// The area is the share of pairs in which the class's row has the larger score.
TEST(ClassMetrics, AreaIsTheShareOfPairs) {
  base::Random random(4);
  base::Matrix p(200, 2);
  std::vector<float> truth;
  for (std::size_t r = 0; r < 200; ++r) {
    p(r, 1) = static_cast<float>(random.below(20)) / 20.0F;
    p(r, 0) = 1.0F - p(r, 1);
    truth.push_back(random.uniform() < static_cast<double>(p(r, 1)) ? 1.0F : 0.0F);
  }
  double won = 0.0;
  double pairs = 0.0;
  for (std::size_t a = 0; a < 200; ++a) {
    for (std::size_t b = 0; b < 200; ++b) {
      if (truth[a] != 1.0F || truth[b] != 0.0F) continue;
      pairs += 1.0;
      won += p(a, 1) > p(b, 1) ? 1.0 : p(a, 1) == p(b, 1) ? 0.5 : 0.0;
    }
  }
  EXPECT_NEAR(class_metrics(p, truth).roc_auc, won / pairs, 1e-12);
}

}  // namespace
}  // namespace terse::train
