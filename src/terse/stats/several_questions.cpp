#include "terse/stats/several_questions.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/base/order.h"

namespace terse::stats {

std::vector<double> holm(std::span<const double> p) {
  std::vector<double> adjusted(p.size());
  double largest = 0;
  std::size_t left = p.size();
  for (const std::size_t index : base::ascending(p)) {
    TERSE_CHECK(p[index] >= 0 && p[index] <= 1);
    largest = std::max(largest, std::min(1.0, static_cast<double>(left) * p[index]));
    adjusted[index] = largest;
    --left;
  }
  return adjusted;
}

std::vector<Comparison> compare_all(std::span<const Question> questions, double error) {
  std::vector<Comparison> results;
  std::vector<double> better, non_inferior, inferior;
  for (const Question& question : questions) {
    const double own_share = error / static_cast<double>(questions.size());
    results.push_back(compare(question.losses, question.margin, question.resampling, own_share));
    better.push_back(results.back().difference.p_below);
    non_inferior.push_back(results.back().excess.p_below);
    inferior.push_back(results.back().excess.p_above);
  }
  better = holm(better);
  non_inferior = holm(non_inferior);
  inferior = holm(inferior);
  for (std::size_t q = 0; q < results.size(); ++q) {
    Comparison judged = results[q];
    judged.error = error;
    results[q].verdict = verdict_by(judged, better[q], non_inferior[q], inferior[q]);
  }
  return results;
}

}  // namespace terse::stats
