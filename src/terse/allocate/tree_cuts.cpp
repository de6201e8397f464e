#include "terse/allocate/tree_cuts.h"

#include <algorithm>
#include <queue>

#include "terse/base/error.h"
#include "terse/base/order.h"

namespace terse::allocate {
namespace {

constexpr std::size_t leaf_rows_min = 3;

/// Of ascending readings from `begin` to before `end`, and where they are best split.
struct Leaf {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t split = 0;
  double gain = 0.0;
};

class Tree {
 public:
  Tree(std::span<const float> readings, base::ConstMatrixView targets,
       std::span<const float> weights)
      : outputs_(targets.columns), sums_(outputs_), weights_(1) {
    for (const std::size_t row : base::ascending(readings)) {
      const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[row]);
      readings_.push_back(readings[row]);
      weights_.push_back(weights_.back() + weight);
      for (std::size_t o = 0; o < outputs_; ++o) {
        const double before = sums_[sums_.size() - outputs_];
        sums_.push_back(before + weight * static_cast<double>(targets(row, o)));
      }
    }
  }

  std::vector<float> cuts(std::size_t levels) const {
    const auto less = [](const Leaf& a, const Leaf& b) {
      return a.gain != b.gain ? a.gain < b.gain : a.begin > b.begin;
    };
    std::priority_queue<Leaf, std::vector<Leaf>, decltype(less)> leaves(less);
    leaves.push(leaf(0, readings_.size()));
    std::vector<float> cuts;
    while (cuts.size() + 1 < levels && leaves.top().gain > 0.0) {
      const Leaf best = leaves.top();
      leaves.pop();
      cuts.push_back(between(readings_[best.split - 1], readings_[best.split]));
      leaves.push(leaf(best.begin, best.split));
      leaves.push(leaf(best.split, best.end));
    }
    std::ranges::sort(cuts);
    return cuts;
  }

 private:
  // So that the lower reading does not exceed it, and the upper does.
  static float between(float lower, float upper) {
    const float middle = lower + (upper - lower) / 2.0F;
    return middle >= lower && middle < upper ? middle : lower;
  }

  // Sum of the targets, squared, over the rows' weight: what their mean explains.
  double explained(std::size_t begin, std::size_t end) const {
    const double weight = weights_[end] - weights_[begin];
    if (!(weight > 0.0)) return 0.0;
    double squares = 0.0;
    for (std::size_t o = 0; o < outputs_; ++o) {
      const double sum = sums_[end * outputs_ + o] - sums_[begin * outputs_ + o];
      squares += sum * sum;
    }
    return squares / weight;
  }

  Leaf leaf(std::size_t begin, std::size_t end) const {
    Leaf result{begin, end};
    const double whole = explained(begin, end);
    for (std::size_t at = begin + leaf_rows_min; at + leaf_rows_min <= end; ++at) {
      if (readings_[at - 1] == readings_[at]) continue;
      const double gain = explained(begin, at) + explained(at, end) - whole;
      if (gain > result.gain) {
        result.gain = gain;
        result.split = at;
      }
    }
    return result;
  }

  std::size_t outputs_;
  std::vector<float> readings_;  ///< ascending
  std::vector<double> sums_;     ///< of weighted targets before each reading, per output
  std::vector<double> weights_;  ///< sum before each reading
};

}  // namespace

std::vector<float> tree_cuts(std::span<const float> readings, base::ConstMatrixView targets,
                             std::span<const float> weights, std::size_t levels) {
  TERSE_CHECK(!readings.empty() && targets.rows == readings.size());
  return Tree(readings, targets, weights).cuts(levels);
}

}  // namespace terse::allocate
