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
  /// Share, 0 to 1, of the variance between splits that is due to the rows each of them tests,
  /// where more splits would test fewer rows each: the folds of one table (fold_losses.h). More of
  /// them do not average that share away. Says what further splits would tell, nothing else.
  double share_of_rows = 0;
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

/// The same, expected of `splits` splits, where `observed` of them have shown the sample variance.
/// Both > 0.
constexpr double expected_variance_factor(std::size_t splits, std::size_t observed,
                                          const Resampling& resampling) {
  const double kept = resampling.share_of_rows;
  return (1.0 - kept) / static_cast<double>(splits) + kept / static_cast<double>(observed) +
         resampling.test_per_train;
}

}  // namespace terse::stats
