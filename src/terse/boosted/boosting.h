// Boosted trees, grown by XGBoost (Chen and Guestrin, "XGBoost: a scalable tree boosting
// system", KDD 2016). The result is plain arrays: predicting needs no XGBoost.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/model/decoder/trees.h"

namespace terse::boosted {

/// inputs: rows x F, finite; targets: rows, numbers or indices of classes; weights: rows, or empty:
/// 1 each.
struct Examples {
  base::ConstMatrixView inputs;
  std::span<const float> targets;
  std::span<const float> weights = {};
};

/// What trees of a number minimise.
enum class Objective : std::uint8_t {
  squared_error,
  absolute_error,
  poisson  ///< targets of at least 0; the trees' sum is the logarithm of the rate
};

struct BoostingOptions {
  /// 0: the target is a number. Else each round grows a tree per class by cross entropy, and
  /// outputs are scores that softmax turns into probabilities.
  std::size_t classes = 0;
  Objective objective = Objective::squared_error;  ///< of a number
  unsigned rounds_max = 1000;                      ///< trees at most, of each output
  unsigned patience = 40;  ///< rounds without a better validation error before it stops
  unsigned depth_max = 7;
  double learning_rate = 0.08;
  double leaf_weight_min = 3.0;          ///< rows per leaf
  double row_share = 0.8;                ///< of the rows, drawn anew for each tree
  double feature_share = 0.8;            ///< of the features, drawn anew for each tree
  std::size_t features_shared_from = 5;  ///< with fewer features every tree sees all of them
  unsigned bins = 256;                   ///< candidate split values per feature
  std::uint64_t seed = 0;
  unsigned threads = 1;  ///< at most, where there are two million inputs for each
  std::function<void(unsigned round)> on_round = {};  ///< may be empty; may throw to stop
};

struct Boosted {
  model::decoder::Trees trees;
  std::vector<double> gains;  ///< per node: how much its split lowered the loss; leaves 0
  /// Of the trees that are kept, as XGBoost predicts with them: mean of the objective (poisson: of
  /// rate - target * log(rate)), for classes mean cross entropy.
  double validation_error = 0.0;
};

/// The same bits for the same options. The trees up to the round of the lowest validation error are
/// kept; without validation rows, all rounds_max. At least one row. Throws JobError with XGBoost's
/// message if it fails, and what on_round throws.
Boosted boost(const Examples& training, const Examples& validation, const BoostingOptions& options);

/// One value at which trees split a feature, and how much these splits lowered the loss.
struct SplitPoint {
  float threshold;  ///< the largest reading that goes left: a code counts it as trees split
  double gain;      ///< above 0
};

/// The split points of each of `features` features, ascending and distinct.
std::vector<std::vector<SplitPoint>> split_points(const Boosted& grown, std::size_t features);

}  // namespace terse::boosted
