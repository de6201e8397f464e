#include "terse/train/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

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

struct Drawn {
  base::Matrix probabilities;
  std::vector<float> truth;
  std::vector<float> weights;
};

Drawn drawn(std::size_t rows, std::size_t classes) {
  base::Random random(9);
  Drawn made{base::Matrix(rows, classes), {}, {}};
  for (std::size_t r = 0; r < rows; ++r) {
    float sum = 0.0F;
    for (std::size_t k = 0; k < classes; ++k) {
      made.probabilities(r, k) = static_cast<float>(1 + random.below(8));
      sum += made.probabilities(r, k);
    }
    for (std::size_t k = 0; k < classes; ++k) made.probabilities(r, k) /= sum;
    const bool likely = random.uniform() < 0.5;
    const auto own = made.probabilities.row(r);
    made.truth.push_back(
        likely ? static_cast<float>(std::ranges::max_element(own) - own.begin())
               : static_cast<float>(random.below(static_cast<std::uint32_t>(classes))));
    made.weights.push_back(static_cast<float>(random.below(4)));
  }
  return made;
}

// Average precision by its definition: for each threshold the precision and the recall of the rows
// at or above it.
double average_precision(const Drawn& made, std::size_t own) {
  std::vector<float> thresholds;
  for (std::size_t r = 0; r < made.truth.size(); ++r)
    thresholds.push_back(made.probabilities(r, own));
  std::ranges::sort(thresholds, std::greater<>());
  thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
  double area = 0.0;
  double before = 0.0;
  for (const float threshold : thresholds) {
    double hits = 0.0;
    double predicted = 0.0;
    double all = 0.0;
    for (std::size_t r = 0; r < made.truth.size(); ++r) {
      const bool of_it = made.truth[r] == static_cast<float>(own);
      all += of_it ? 1.0 : 0.0;
      if (made.probabilities(r, own) < threshold) continue;
      predicted += 1.0;
      hits += of_it ? 1.0 : 0.0;
    }
    area += (hits / all - before) * hits / predicted;
    before = hits / all;
  }
  return area;
}

TEST(ClassMetrics, PrecisionRecallAreaByItsDefinition) {
  const Drawn two = drawn(120, 2);
  EXPECT_NEAR(class_metrics(two.probabilities, two.truth).pr_auc, average_precision(two, 1), 1e-12);
  const Drawn three = drawn(120, 3);
  double mean = 0.0;
  for (std::size_t own = 0; own < 3; ++own) mean += average_precision(three, own) / 3;
  EXPECT_NEAR(class_metrics(three.probabilities, three.truth).pr_auc, mean, 1e-12);
  const std::vector<float> first(120, 0.0F);
  EXPECT_TRUE(std::isnan(class_metrics(two.probabilities, first).pr_auc));
}

TEST(ClassMetrics, CalibrationAndBrierByTheirDefinitions) {
  const Drawn made = drawn(200, 3);
  const ClassMetrics metrics = class_metrics(made.probabilities, made.truth);
  double brier = 0.0;
  double error = 0.0;
  for (int bin = 0; bin < 10; ++bin) {
    double difference = 0.0;
    for (std::size_t r = 0; r < 200; ++r) {
      const auto own = made.probabilities.row(r);
      const auto best = static_cast<std::size_t>(std::ranges::max_element(own) - own.begin());
      const double confidence = static_cast<double>(own[best]);
      if (std::min(9, static_cast<int>(confidence * 10)) != bin) continue;
      difference += (made.truth[r] == static_cast<float>(best) ? 1.0 : 0.0) - confidence;
      for (std::size_t k = 0; k < 3; ++k) {
        const double far = static_cast<double>(own[k]) - (made.truth[r] == static_cast<float>(k));
        brier += far * far / 200;
      }
    }
    error += std::abs(difference) / 200;
  }
  EXPECT_NEAR(metrics.brier, brier, 1e-12);
  EXPECT_NEAR(metrics.calibration_error, error, 1e-12);
  // Of two classes: the squared distance of one probability.
  const base::Matrix p = matrix_of(2, {0.9F, 0.1F, 0.4F, 0.6F});
  EXPECT_NEAR(class_metrics(p, std::vector<float>{0, 0}).brier, (0.01 + 0.36) / 2, 1e-7);
}

TEST(ClassMetrics, EachClassByHand) {
  const base::Matrix p = matrix_of(3, {0.6F, 0.3F, 0.1F, 0.3F, 0.5F, 0.2F, 0.1F, 0.8F, 0.1F});
  const ClassMetrics metrics = class_metrics(p, std::vector<float>{0, 0, 1});
  EXPECT_EQ(metrics.confusion, (std::vector<std::vector<double>>{{1, 1, 0}, {0, 1, 0}, {0, 0, 0}}));
  EXPECT_DOUBLE_EQ(metrics.of_class[0].precision, 1.0);
  EXPECT_DOUBLE_EQ(metrics.of_class[0].recall, 0.5);
  EXPECT_DOUBLE_EQ(metrics.of_class[1].precision, 0.5);
  EXPECT_DOUBLE_EQ(metrics.of_class[1].f1, 2.0 / 3.0);
  EXPECT_TRUE(std::isnan(metrics.of_class[2].precision));
  EXPECT_TRUE(std::isnan(metrics.of_class[2].recall));
  EXPECT_TRUE(std::isnan(metrics.of_class[2].f1));
}

TEST(ClassMetrics, ADecisionThresholdMovesRowsNotAreas) {
  const base::Matrix p = matrix_of(2, {0.9F, 0.1F, 0.7F, 0.3F, 0.6F, 0.4F, 0.2F, 0.8F});
  const std::vector<float> truth = {0, 1, 0, 1};
  const ClassMetrics half = class_metrics(p, truth);
  const ClassMetrics low = class_metrics(p, truth, {.decision_threshold = 0.3F});
  EXPECT_DOUBLE_EQ(half.of_class[1].recall, 0.5);
  EXPECT_DOUBLE_EQ(low.of_class[1].recall, 1.0);
  EXPECT_DOUBLE_EQ(low.of_class[1].precision, 2.0 / 3.0);
  EXPECT_EQ(half.roc_auc, low.roc_auc);
  EXPECT_EQ(half.calibration_error, low.calibration_error);
}

// A weight of 2 is the same as the row twice, a weight of 0 as no row.
TEST(ClassMetrics, WeightsStandForRows) {
  for (const std::size_t classes : {2U, 3U}) {
    const Drawn made = drawn(80, classes);
    std::vector<float> values;
    std::vector<float> truth;
    for (std::size_t r = 0; r < 80; ++r) {
      for (float copy = 0.0F; copy < made.weights[r]; ++copy) {
        const auto own = made.probabilities.row(r);
        values.insert(values.end(), own.begin(), own.end());
        truth.push_back(made.truth[r]);
      }
    }
    const ClassMetrics rows = class_metrics(matrix_of(classes, values), truth);
    const ClassMetrics weighted =
        class_metrics(made.probabilities, made.truth, {.weights = made.weights});
    EXPECT_EQ(weighted.confusion, rows.confusion);
    EXPECT_NEAR(weighted.accuracy, rows.accuracy, 1e-12);
    EXPECT_NEAR(weighted.log_loss, rows.log_loss, 1e-12);
    EXPECT_NEAR(weighted.f1_macro, rows.f1_macro, 1e-12);
    EXPECT_NEAR(weighted.roc_auc, rows.roc_auc, 1e-12);
    EXPECT_NEAR(weighted.pr_auc, rows.pr_auc, 1e-12);
    EXPECT_NEAR(weighted.brier, rows.brier, 1e-12);
    EXPECT_NEAR(weighted.calibration_error, rows.calibration_error, 1e-12);
  }
}

}  // namespace
}  // namespace terse::train
