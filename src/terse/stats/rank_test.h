// Wilcoxon's signed-rank test: whether differences are more often and farther on one side of 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace terse::stats {

/// The claim whose evidence is measured: the differences lie off, below or above 0.
enum class Side : std::uint8_t { both, below, above };

/// The result of signed_rank_test().
struct RankTest {
  std::size_t used = 0;  ///< finite differences other than 0
  double rank_sum = 0;   ///< of the differences above 0; ties have the mean of their ranks
  double p = 1;          ///< 1 without any difference
  bool exact = false;    ///< by counting all signs; otherwise by the normal distribution
};

/// Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1 (1945). The p of
/// scipy.stats.wilcoxon: exact for up to 50 differences without ties, otherwise the normal
/// distribution with its variance corrected for ties and the rank sum for continuity. Differences
/// of 0 are left out (Wilcoxon's way), and those that are not finite.
///
/// It looks at ranks alone, so that one huge difference counts no more than any largest one: beside
/// a bound of the mean it tells whether a few splits decide. It asks for symmetric differences
/// where the mean is meant, and for splits that share no rows.
RankTest signed_rank_test(std::span<const double> differences, Side side);

}  // namespace terse::stats
