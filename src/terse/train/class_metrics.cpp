#include "terse/train/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "terse/base/error.h"
#include "terse/base/order.h"

namespace terse::train {
namespace {

constexpr double probability_min = 1e-15;
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// Probabilities and truth of one class's rows against all others.
class OneAgainstAll {
 public:
  OneAgainstAll(base::ConstMatrixView probabilities, std::span<const float> classes,
                std::span<const float> weights, std::size_t own)
      : probabilities_(probabilities),
        classes_(classes),
        weights_(weights),
        own_(own),
        order_(base::all_rows(classes.size())) {
    std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
      return probabilities(a, own) < probabilities(b, own);
    });
  }

  /// Mann and Whitney: the share of pairs in which the class's row has the higher probability,
  /// ties half.
  double under_roc() const {
    double won = 0.0;
    double positive = 0.0;
    double negative = 0.0;
    for (const Tie& tie : ties()) {
      won += tie.positive * (negative + tie.negative / 2.0);
      positive += tie.positive;
      negative += tie.negative;
    }
    return positive == 0.0 || negative == 0.0 ? undefined : won / (positive * negative);
  }

  double under_precision() const {
    std::vector<Tie> all = ties();
    std::ranges::reverse(all);
    double positive = 0.0;
    for (const Tie& tie : all) positive += tie.positive;
    if (positive == 0.0) return undefined;
    double area = 0.0;
    double hits = 0.0;
    double predicted = 0.0;
    for (const Tie& tie : all) {
      hits += tie.positive;
      predicted += tie.positive + tie.negative;
      if (predicted > 0.0) area += tie.positive / positive * (hits / predicted);
    }
    return area;
  }

 private:
  // Rows of one probability.
  struct Tie {
    double positive = 0.0;
    double negative = 0.0;
  };

  // From the lowest probability.
  std::vector<Tie> ties() const {
    std::vector<Tie> result;
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const std::uint32_t row = order_[i];
      if (i == 0 || probabilities_(row, own_) != probabilities_(order_[i - 1], own_)) {
        result.push_back({});
      }
      const double weight = weights_.empty() ? 1.0 : static_cast<double>(weights_[row]);
      const bool of_it = classes_[row] == static_cast<float>(own_);
      (of_it ? result.back().positive : result.back().negative) += weight;
    }
    return result;
  }

  base::ConstMatrixView probabilities_;
  std::span<const float> classes_;
  std::span<const float> weights_;
  std::size_t own_;
  std::vector<std::uint32_t> order_;
};

// Both areas: of the second of two classes, else the mean over classes where they are defined.
void measure_areas(base::ConstMatrixView probabilities, std::span<const float> classes,
                   std::span<const float> weights, ClassMetrics& metrics) {
  struct Mean {
    double sum = 0.0;
    double count = 0.0;
    void add(double value) {
      if (std::isnan(value)) return;
      sum += value;
      count += 1.0;
    }
    double value() const { return count > 0.0 ? sum / count : undefined; }
  };
  Mean roc;
  Mean precision;
  const bool two = probabilities.columns == 2;
  for (std::size_t own = two ? 1 : 0; own < probabilities.columns; ++own) {
    const OneAgainstAll one(probabilities, classes, weights, own);
    roc.add(one.under_roc());
    precision.add(one.under_precision());
  }
  metrics.roc_auc = roc.value();
  metrics.pr_auc = precision.value();
}

class Calibration {
 public:
  void add(double probability, bool hit, double weight) {
    const double place = probability * static_cast<double>(bins_.size());
    Bin& bin = bins_[std::min(static_cast<std::size_t>(place), bins_.size() - 1)];
    bin.weight += weight;
    bin.probability += weight * probability;
    bin.hits += hit ? weight : 0.0;
  }
  double error(double weight) const {
    double sum = 0.0;
    for (const Bin& bin : bins_) sum += std::abs(bin.hits - bin.probability);
    return sum / weight;
  }

 private:
  struct Bin {
    double weight = 0.0;
    double probability = 0.0;
    double hits = 0.0;
  };
  std::array<Bin, 10> bins_ = {};
};

double squared_distance(std::span<const float> probabilities, std::size_t truth) {
  double sum = 0.0;
  for (std::size_t k = probabilities.size() == 2 ? 1 : 0; k < probabilities.size(); ++k) {
    const double difference = static_cast<double>(probabilities[k]) - (k == truth ? 1.0 : 0.0);
    sum += difference * difference;
  }
  return sum;
}

// From the confusion matrix.
void count_classes(ClassMetrics& metrics, double weight) {
  const std::size_t count = metrics.confusion.size();
  metrics.of_class.resize(count);
  double hits = 0.0;
  double occurring = 0.0;
  for (std::size_t own = 0; own < count; ++own) {
    OneClass& one = metrics.of_class[own];
    const double right = metrics.confusion[own][own];
    for (std::size_t other = 0; other < count; ++other) {
      one.rows += metrics.confusion[own][other];
      one.predicted += metrics.confusion[other][own];
    }
    const double seen = one.rows + one.predicted;
    one.precision = one.predicted > 0.0 ? right / one.predicted : undefined;
    one.recall = one.rows > 0.0 ? right / one.rows : undefined;
    one.f1 = seen > 0.0 ? 2.0 * right / seen : undefined;
    hits += right;
    if (seen == 0.0) continue;
    occurring += 1.0;
    metrics.f1_macro += one.f1;
  }
  metrics.f1_macro /= occurring;
  metrics.accuracy = hits / weight;
}

}  // namespace

std::size_t predicted_class(std::span<const float> probabilities,
                            std::optional<double> decision_threshold) {
  if (decision_threshold) return static_cast<double>(probabilities[1]) >= *decision_threshold;
  return static_cast<std::size_t>(std::ranges::max_element(probabilities) - probabilities.begin());
}

ClassMetrics class_metrics(base::ConstMatrixView probabilities, std::span<const float> classes,
                           const Measuring& measuring) {
  TERSE_CHECK(probabilities.rows == classes.size() && !classes.empty());
  const std::span<const float> weights = measuring.weights;
  const std::optional<double>& threshold = measuring.decision_threshold;
  TERSE_CHECK(weights.empty() || weights.size() == classes.size());
  TERSE_CHECK(!threshold || probabilities.columns == 2);
  ClassMetrics metrics;
  metrics.confusion.assign(probabilities.columns, std::vector<double>(probabilities.columns));
  Calibration calibration;
  double sum = 0.0;
  for (std::size_t row = 0; row < classes.size(); ++row) {
    const std::span<const float> own = probabilities.row(row);
    const auto truth = static_cast<std::size_t>(classes[row]);
    const std::size_t likeliest = predicted_class(own);
    const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[row]);
    sum += weight;
    metrics.confusion[truth][predicted_class(own, threshold)] += weight;
    const auto probability = static_cast<double>(own[truth]);
    metrics.log_loss -= weight * std::log(std::max(probability, probability_min));
    metrics.brier += weight * squared_distance(own, truth);
    calibration.add(static_cast<double>(own[likeliest]), truth == likeliest, weight);
  }
  TERSE_CHECK(sum > 0.0);
  count_classes(metrics, sum);
  metrics.log_loss /= sum;
  metrics.brier /= sum;
  metrics.calibration_error = calibration.error(sum);
  measure_areas(probabilities, classes, weights, metrics);
  return metrics;
}

}  // namespace terse::train
