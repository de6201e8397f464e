// Several comparisons asked at once: p-values and verdicts that hold together.
#pragma once

#include <span>
#include <vector>

#include "terse/stats/non_inferiority.h"

namespace terse::stats {

/// Adjusted p-values, in the order given: a claim whose adjusted p is at most `error` may be made,
/// and the probability that any claim of the family is false is at most `error`, however the tests
/// depend on each other. Holm, "A simple sequentially rejective multiple test procedure",
/// Scandinavian Journal of Statistics 6 (1979). p: each in [0, 1].
std::vector<double> holm(std::span<const double> p);

/// One of several questions.
struct Question {
  Pairs losses;
  Margin margin;
  Resampling resampling = {};
};

/// Every question as compare() answers it, but so that all answers hold together: the probability
/// that any candidate is called non-inferior (or better) that is not, is at most `error`, and so is
/// that of a false "inferior". Verdicts by Holm's procedure. Bounds by Bonferroni's, each at
/// error / questions: they hold at the same time, and can be a little wider than what a verdict
/// rests on. Within a question the two claims in the candidate's favour need no correction: better
/// is only asked once non-inferior is shown (Morikawa, Yoshida, Journal of Biopharmaceutical
/// Statistics 5, 1995).
std::vector<Comparison> compare_all(std::span<const Question> questions, double error = 0.05);

}  // namespace terse::stats
