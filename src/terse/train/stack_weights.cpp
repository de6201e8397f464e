#include "terse/train/stack_weights.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "terse/base/order.h"
#include "terse/inference/loss.h"

namespace terse::train {
namespace {

/// The problem on some of the rows.
class Fit {
 public:
  Fit(const StackRows& rows, const std::vector<bool>& members,
      std::span<const std::uint32_t> places)
      : rows_(rows), members_(members), places_(places), weights_(members.size(), 0.0) {}

  std::vector<double> least_squares() {
    importance_.assign(places_.size(), 1.0);
    solve();
    return normalised();
  }

  // Squares weighed by 1 / |error| sum to absolute errors (Schlossmacher, JASA 68, 1973).
  std::vector<double> least_absolute() {
    constexpr double smallest = 1e-4;
    constexpr int rounds = 30;
    importance_.assign(places_.size(), 1.0);
    solve();
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < places_.size(); ++i) {
        const double error = sum_at(places_[i], 0) - target(places_[i]);
        importance_[i] = 1.0 / std::max(std::abs(error), smallest);
      }
      solve();
    }
    return normalised();
  }

  // Newton's steps along one weight after the other; the loss is convex.
  std::vector<double> by_newton(double start) {
    constexpr int rounds = 60;
    std::size_t count = 0;
    for (const bool member : members_) count += member ? 1 : 0;
    for (std::size_t m = 0; m < members_.size(); ++m) {
      weights_[m] = members_[m] ? start / static_cast<double>(count) : 0.0;
    }
    for (int round = 0; round < rounds; ++round) {
      double moved = 0.0;
      for (std::size_t m = 0; m < members_.size(); ++m) {
        if (members_[m]) moved = std::max(moved, step(m));
      }
      if (moved < 1e-5) break;
    }
    return weights_;
  }

 private:
  double output(std::size_t member, std::uint32_t place, std::size_t k) const {
    return static_cast<double>(rows_.outputs[member](place, k));
  }
  double target(std::uint32_t place) const { return static_cast<double>(rows_.targets[place]); }
  double weight(std::uint32_t place) const {
    return rows_.weights.empty() ? 1.0 : static_cast<double>(rows_.weights[place]);
  }
  double sum_at(std::uint32_t place, std::size_t k) const {
    double sum = 0.0;
    for (std::size_t m = 0; m < weights_.size(); ++m) {
      if (weights_[m] > 0.0) sum += weights_[m] * output(m, place, k);
    }
    return sum;
  }

  // Least squares weighed by importance, none negative.
  void solve() {
    constexpr int rounds = 3000;
    const std::size_t count = members_.size();
    std::vector<double> products(count * count, 0.0);
    std::vector<double> moments(count, 0.0);
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const double own = importance_[i] * weight(places_[i]);
      for (std::size_t m = 0; m < count; ++m) {
        const double value = own * output(m, places_[i], 0);
        moments[m] += value * target(places_[i]);
        for (std::size_t n = 0; n < count; ++n) {
          products[m * count + n] += value * output(n, places_[i], 0);
        }
      }
    }
    std::ranges::fill(weights_, 0.0);
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t m = 0; m < count; ++m) {
        const double square = products[m * count + m];
        if (!members_[m] || !(square > 0.0)) continue;
        double slope = moments[m];
        for (std::size_t n = 0; n < count; ++n) slope -= products[m * count + n] * weights_[n];
        weights_[m] = std::max(0.0, weights_[m] + slope / square);
      }
    }
  }

  std::vector<double> normalised() {
    // What adds next to nothing is not worth its bytes.
    constexpr double least_share = 0.05;
    double sum = std::accumulate(weights_.begin(), weights_.end(), 0.0);
    if (!(sum > 0.0)) {
      for (std::size_t m = 0; m < weights_.size(); ++m) weights_[m] = members_[m] ? 1.0 : 0.0;
      sum = std::accumulate(weights_.begin(), weights_.end(), 0.0);
    }
    for (double& own : weights_) own = own < least_share * sum ? 0.0 : own;
    sum = std::accumulate(weights_.begin(), weights_.end(), 0.0);
    for (double& own : weights_) own /= sum;
    return weights_;
  }

  // How far the weight moved.
  double step(std::size_t member) {
    constexpr double longest = 4.0;
    double slope = 0.0;
    double curvature = 0.0;
    for (const std::uint32_t place : places_) {
      if (rows_.classes == 0) {
        const double rate = std::exp(std::min(sum_at(place, 0), 30.0));
        const double own = output(member, place, 0);
        slope += weight(place) * (rate - target(place)) * own;
        curvature += weight(place) * rate * own * own;
      } else {
        add_class_row(member, place, slope, curvature);
      }
    }
    if (!(curvature > 0.0)) return 0.0;
    const double move = std::clamp(-slope / curvature, -longest, longest);
    const double before = weights_[member];
    weights_[member] = std::max(0.0, before + move);
    return std::abs(weights_[member] - before);
  }

  void add_class_row(std::size_t member, std::uint32_t place, double& slope, double& curvature) {
    shares_.resize(rows_.classes);
    double largest = -1e300;
    for (std::size_t k = 0; k < rows_.classes; ++k) {
      shares_[k] = sum_at(place, k);
      largest = std::max(largest, shares_[k]);
    }
    double sum = 0.0;
    for (double& share : shares_) sum += share = std::exp(share - largest);
    double mean = 0.0;
    double square = 0.0;
    for (std::size_t k = 0; k < rows_.classes; ++k) {
      const double own = output(member, place, k);
      mean += shares_[k] / sum * own;
      square += shares_[k] / sum * own * own;
    }
    const auto own = static_cast<std::size_t>(rows_.targets[place]);
    slope += weight(place) * (mean - output(member, place, own));
    curvature += weight(place) * std::max(0.0, square - mean * mean);
  }

  const StackRows& rows_;
  const std::vector<bool>& members_;
  std::span<const std::uint32_t> places_;
  std::vector<double> weights_;
  std::vector<double> importance_;
  std::vector<double> shares_;
};

}  // namespace

std::vector<double> stack_weights(const StackRows& rows, const std::vector<bool>& members,
                                  std::span<const std::uint32_t> places) {
  Fit fit(rows, members, places);
  if (rows.classes > 0 || rows.objective.loss == inference::Loss::poisson) {
    return fit.by_newton(1.0);
  }
  return rows.objective.loss == inference::Loss::absolute_error ? fit.least_absolute()
                                                                : fit.least_squares();
}

double stack_loss(const StackRows& rows, std::span<const double> weights,
                  std::span<const std::uint32_t> places) {
  const std::size_t outputs = std::max<std::size_t>(1, rows.classes);
  std::vector<float> sums(outputs);
  std::vector<float> gradient(outputs);
  double loss = 0.0;
  double total = 0.0;
  for (const std::uint32_t place : places) {
    for (std::size_t k = 0; k < outputs; ++k) {
      double sum = 0.0;
      for (std::size_t m = 0; m < weights.size(); ++m) {
        if (weights[m] > 0.0) sum += weights[m] * static_cast<double>(rows.outputs[m](place, k));
      }
      sums[k] = static_cast<float>(sum);
    }
    const double weight = rows.weights.empty() ? 1.0 : static_cast<double>(rows.weights[place]);
    const float target = rows.targets[place];
    total += weight;
    loss += weight *
            (rows.classes > 0
                 ? inference::cross_entropy(sums, static_cast<std::size_t>(target), 1.0, gradient)
                 : inference::number_loss(rows.objective.loss, rows.objective.quantile,
                                          static_cast<double>(sums.front()),
                                          static_cast<double>(target))
                       .value);
  }
  return total > 0.0 ? loss / total : 0.0;
}

double crossed_stack_loss(const StackRows& rows, const std::vector<bool>& members) {
  constexpr std::size_t parts = 4;
  double sum = 0.0;
  double total = 0.0;
  for (std::size_t part = 0; part < parts; ++part) {
    std::vector<std::uint32_t> own;
    std::vector<std::uint32_t> others;
    double weight = 0.0;
    for (std::size_t row = 0; row < rows.targets.size(); ++row) {
      (row % parts == part ? own : others).push_back(static_cast<std::uint32_t>(row));
      if (row % parts != part) continue;
      weight += rows.weights.empty() ? 1.0 : static_cast<double>(rows.weights[row]);
    }
    sum += weight * stack_loss(rows, stack_weights(rows, members, others), own);
    total += weight;
  }
  return total > 0.0 ? sum / total : 0.0;
}

}  // namespace terse::train
