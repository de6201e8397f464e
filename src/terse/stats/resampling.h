// The splits of a comparison: how many rows they share decides how much their mean differs by
// chance.
#pragma once

#include <cstddef>

namespace terse::stats {

/// Test rows per training row of each split, where splits are drawn anew each time and so share
/// rows; 0 where no two test parts share a row: the folds of one cross-validation, or data of their
/// own.
struct Resampling {
  double test_per_train = 0;
};

/// Splits whose test parts share no row.
constexpr Resampling disjoint_splits() {
  return {};
}

/// Random splits of one table with the given parts; train_rows > 0.
constexpr Resampling overlapping_splits(std::size_t test_rows, std::size_t train_rows) {
  return {static_cast<double>(test_rows) / static_cast<double>(train_rows)};
}

/// Variance of the mean of `splits` differences over their sample variance: 1/n, and test/train
/// more where splits overlap. Training parts that share rows make the differences alike, which
/// their own spread does not show. Nadeau and Bengio, "Inference for the generalization error",
/// Machine Learning 52 (2003), section 3. splits > 0.
constexpr double variance_factor(std::size_t splits, const Resampling& resampling) {
  return 1.0 / static_cast<double>(splits) + resampling.test_per_train;
}

}  // namespace terse::stats
