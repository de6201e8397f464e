// The one row of a table whose removal changes the verdict of a comparison.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "terse/stats/non_inferiority.h"

namespace terse::stats {

/// Losses of both methods on the test rows of one split: three spans of one length. A row occurs at
/// most once in a split, and may occur in several.
struct SplitLosses {
  std::span<const std::uint32_t> rows;
  std::span<const double> candidate;
  std::span<const double> reference;
};

/// A row, and what is found with and without it.
struct DecidingRow {
  std::uint32_t row = 0;
  Verdict with = Verdict::unknown;
  Verdict without = Verdict::unknown;
  double excess_with = 0;  ///< mean over splits of candidate - allowed loss
  double excess_without = 0;
};

/// compare() of the splits' mean losses, again without each row (in every split that tests it); of
/// the rows whose absence changes the verdict the one that moves the excess farthest. Nothing if no
/// single row decides. A split that tests nothing but that row drops out. Infinite and NaN losses
/// are allowed: they make a split fail, and the row that brings them is found.
///
/// Time: rows times splits; each sum without a row is added up from the sums before and behind it,
/// so that a huge loss takes no digits of the others with it.
std::optional<DecidingRow> deciding_row(std::span<const SplitLosses> splits, const Margin& margin,
                                        const Resampling& resampling = {}, double error = 0.05);

/// The winner by summed losses, and the row without which the other one wins.
struct DecidingSum {
  std::uint32_t row = 0;
  bool within_with = false;  ///< sum of the candidate's losses <= sum of what the margin allows it
  bool within_without = false;
  double excess_with = 0;  ///< difference of these sums; infinite if a loss of the candidate is
  double excess_without = 0;
};

/// The same question on one set of rows, where only the sums are compared. Nothing if no single row
/// decides. Rows whose reference loss is not finite are left out; a candidate's loss that is not
/// finite counts as infinite. Time: rows.
std::optional<DecidingSum> deciding_row_of_sums(const SplitLosses& losses, const Margin& margin);

}  // namespace terse::stats
