// Losses of rows that the folds of one cross-validation left out, as the splits of a comparison.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/stats/non_inferiority.h"

namespace terse::stats {

/// Losses row by row, one fold behind the other.
struct FoldLosses {
  std::span<const double> rows;
  std::span<const std::size_t> fold_rows;  ///< of each fold, at least 1; their sum is rows.size()
};

/// The mean loss of each fold.
std::vector<double> fold_means(const FoldLosses& losses);

/// Resampling of the folds, for a comparison of their means against this margin. Its share_of_rows
/// is the part of the variance between the folds' excesses that the spread of single rows within
/// the folds explains; the rest varies with the training. Dividing the same rows into more folds
/// averages the rest alone. candidate, reference: the same rows in the same folds, finite.
Resampling resampling_of_folds(const FoldLosses& candidate, const FoldLosses& reference,
                               const Margin& margin);

}  // namespace terse::stats
