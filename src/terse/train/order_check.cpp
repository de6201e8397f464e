#include "terse/train/order_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "terse/base/order.h"
#include "terse/base/picked.h"
#include "terse/base/random.h"
#include "terse/boosted/boosting.h"
#include "terse/stats/mean_bounds.h"
#include "terse/train/observer.h"
#include "terse/train/special_inputs.h"

namespace terse::train {
namespace {

constexpr std::size_t rows_min = 200;
constexpr std::size_t rows_max = 2000;
constexpr std::size_t last_share = 5;  // a fifth
constexpr std::size_t blocks = 10;
constexpr double error = 0.01;
constexpr double factor = 1.2;
constexpr double features_at_a_time = 40.0;
constexpr std::uint64_t stream = 0x6f72646572;

std::vector<std::uint32_t> at_equal_distances(std::size_t rows) {
  const std::size_t count = std::min(rows, rows_max);
  std::vector<std::uint32_t> result;
  for (std::size_t i = 0; i < count; ++i) {
    result.push_back(static_cast<std::uint32_t>(i * rows / count));
  }
  return result;
}

// 1 for rows of the class whose share of these rows is nearest to a half.
std::vector<float> of_one_class(const data::Table& table, std::span<const std::uint32_t> rows) {
  std::vector<double> count(table.classes.size());
  for (const std::uint32_t row : rows) count[static_cast<std::size_t>(table.target[row])] += 1.0;
  const auto half = static_cast<double>(rows.size()) / 2.0;
  const auto nearest =
      std::ranges::min_element(count, {}, [&](double own) { return std::abs(own - half); });
  const auto own = static_cast<float>(nearest - count.begin());
  std::vector<float> result;
  for (const std::uint32_t row : rows) result.push_back(table.target[row] == own ? 1.0F : 0.0F);
  return result;
}

// Standardised, so that trees, which begin at 0, begin in the middle.
std::vector<float> targets_of(const data::Table& table, std::span<const std::uint32_t> rows) {
  const std::vector<float> values =
      table.classes.empty() ? base::picked(table.target, rows) : of_one_class(table, rows);
  const base::ConstMatrixView column(values.data(), values.size(), 1);
  const auto all = base::all_rows(values.size());
  const base::Matrix result = data::standardise(column, all, data::fit_scaler(column, all));
  return {result.values().begin(), result.values().end()};
}

class Comparison {
 public:
  Comparison(const data::Table& table, std::uint64_t seed, const std::atomic<bool>* stop)
      : stop_(stop), random_(seed, stream) {
    const std::vector<std::uint32_t> rows = at_equal_distances(table.rows());
    inputs_ = filled_readings(table, rows);
    targets_ = targets_of(table, rows);
    first_ = rows.size() - rows.size() / last_share;
  }

  std::vector<double> last() {
    std::vector<std::uint32_t> before = base::all_rows(first_);
    std::vector<std::uint32_t> measured;
    for (std::size_t row = first_; row < rows(); ++row) {
      measured.push_back(static_cast<std::uint32_t>(row));
    }
    std::vector<double> losses(measured.size());
    measure(before, measured, losses);
    return losses;
  }

  // In two halves, each with as many rows from before left out as it needs to train on no more
  // rows than last().
  std::vector<double> random() {
    std::vector<std::uint32_t> late;
    for (std::size_t row = first_; row < rows(); ++row) {
      late.push_back(static_cast<std::uint32_t>(row));
    }
    random_.shuffle(late);
    std::vector<double> losses(late.size());
    const std::size_t half = late.size() / 2;
    for (const bool second : {false, true}) {
      const auto measured =
          std::span(late).subspan(second ? half : 0, second ? late.size() - half : half);
      const auto kept = std::span(late).subspan(second ? 0 : half, late.size() - measured.size());
      std::vector<std::uint32_t> training = base::all_rows(first_);
      random_.shuffle(training);
      training.resize(first_ - kept.size());
      training.insert(training.end(), kept.begin(), kept.end());
      std::ranges::sort(training);
      measure(training, measured, losses);
    }
    return losses;
  }

 private:
  std::size_t rows() const { return targets_.size(); }

  void measure(std::span<const std::uint32_t> training, std::span<const std::uint32_t> measured,
               std::vector<double>& losses) {
    const base::Matrix inputs = base::picked(inputs_, training);
    const std::vector<float> targets = base::picked(targets_, training);
    boosted::BoostingOptions options;
    options.rounds_max = 30;
    options.depth_max = 4;
    options.learning_rate = 0.15;
    options.bins = 64;
    // Trees that differ more find drift more surely than those that learn best.
    options.features_shared_from = 0;
    options.feature_share =
        std::min(options.feature_share, features_at_a_time / static_cast<double>(inputs.columns()));
    options.on_round = [this](unsigned) { stop_if_asked(stop_); };
    const boosted::Boosted grown =
        boosted::boost({.inputs = inputs, .targets = targets}, {}, options);
    for (const std::uint32_t row : measured) {
      const double difference =
          static_cast<double>(model::decoder::predict(grown.trees, inputs_.row(row))) -
          static_cast<double>(targets_[row]);
      losses[row - first_] = difference * difference;
    }
  }

  const std::atomic<bool>* stop_;
  base::Random random_;
  base::Matrix inputs_;
  std::vector<float> targets_;
  std::size_t first_ = 0;
};

double mean_of(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

std::optional<OrderCheck> order_check(const data::Table& table, std::uint64_t seed,
                                      const std::atomic<bool>* stop) {
  if (table.rows() < rows_min) return std::nullopt;
  Comparison comparison(table, seed, stop);
  const std::vector<double> last = comparison.last();
  const std::vector<double> random = comparison.random();
  OrderCheck check{.rows = last.size(), .last = mean_of(last), .random = mean_of(random)};
  if (!(check.random > 0.0) || !std::isfinite(check.last)) return std::nullopt;
  std::vector<double> differences;
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::size_t begin = block * last.size() / blocks;
    const std::size_t count = (block + 1) * last.size() / blocks - begin;
    differences.push_back(mean_of(std::span(last).subspan(begin, count)) -
                          mean_of(std::span(random).subspan(begin, count)));
  }
  const stats::MeanBounds bounds = stats::mean_bounds(differences, stats::disjoint_splits(), error);
  check.at_least = 1.0 + bounds.lower / check.random;
  check.order_matters = check.ratio() > factor && bounds.lower > 0.0;
  return check;
}

std::optional<OrderCheck> order_check(const data::Table& table, const Options& options,
                                      const data::Split& split, const std::atomic<bool>* stop) {
  if (options.split.kind != data::SplitKind::random || split.test.empty()) return std::nullopt;
  return order_check(table, options.seed, stop);
}

std::string order_warning(const OrderCheck& check) {
  return fmt::format(
      "the order of the rows matters: small trees have {:.2g} times the loss (at "
      "least {:.2g} times, 99 %) on the last fifth of the rows if they learn from the rows "
      "before it alone; a random test part hides that: use `split` last if new rows come "
      "after these",
      check.ratio(), check.at_least);
}

}  // namespace terse::train
