#include "terse/allocate/evidence.h"

#include "terse/base/error.h"
#include "terse/stats/fold_losses.h"
#include "terse/stats/several_questions.h"

namespace terse::allocate {
namespace {

stats::FoldLosses folded(const ValidationLosses& losses) {
  return {losses.rows, losses.fold_rows};
}

}  // namespace

std::vector<stats::Comparison> evidence(const Curve& curve, double share) {
  const ValidationLosses& reference = curve.reference.losses;
  TERSE_CHECK(!reference.rows.empty());
  const std::vector<double> full = stats::fold_means(folded(reference));
  std::vector<std::vector<double>> means;
  for (const CurvePoint& point : curve.points) {
    means.push_back(stats::fold_means(folded(point.losses)));
  }
  const stats::Margin margin{share};
  std::vector<stats::Question> questions;
  for (std::size_t p = 0; p < means.size(); ++p) {
    const auto resampling =
        stats::resampling_of_folds(folded(curve.points[p].losses), folded(reference), margin);
    questions.push_back({{means[p], full}, margin, resampling});
  }
  // Budgets without losses: questions that nothing is shown of.
  questions.resize(questions.size() + curve.budgets_left);
  std::vector<stats::Comparison> answers = stats::compare_all(questions);
  answers.resize(means.size());
  return answers;
}

std::optional<std::size_t> smallest_as_good(std::span<const stats::Comparison> evidence) {
  for (std::size_t p = evidence.size(); p > 0; --p) {
    if (stats::as_good(evidence[p - 1].verdict)) return p - 1;
  }
  return std::nullopt;
}

std::optional<std::size_t> smallest_open(std::span<const stats::Comparison> evidence) {
  std::optional<std::size_t> largest;
  for (std::size_t p = evidence.size(); p > 0; --p) {
    const stats::Comparison& comparison = evidence[p - 1];
    if (stats::as_good(comparison.verdict)) break;
    if (comparison.verdict != stats::Verdict::unknown) continue;
    largest = p - 1;
    if (comparison.excess.mean <= 0) break;
  }
  return largest;
}

}  // namespace terse::allocate
