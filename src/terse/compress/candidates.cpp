#include "terse/compress/candidates.h"

#include <cmath>
#include <numeric>

#include "terse/base/error.h"

namespace terse::compress {
namespace {

// Whether the mean of (losses - best) is above so many of its standard errors.
bool is_worse(const Candidate& candidate, const Candidate& best, double standard_errors) {
  TERSE_CHECK(candidate.losses.size() == best.losses.size());
  const auto rows = static_cast<double>(best.losses.size());
  const double mean = candidate.loss() - best.loss();
  double squares = 0.0;
  for (std::size_t r = 0; r < best.losses.size(); ++r) {
    const double deviation = candidate.losses[r] - best.losses[r] - mean;
    squares += deviation * deviation;
  }
  const double error = rows > 1.0 ? std::sqrt(squares / (rows - 1.0) / rows) : 0.0;
  return mean > standard_errors * error;
}

}  // namespace

double Candidate::loss() const {
  return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
}

std::size_t simplest_of_the_best(std::span<const Candidate> candidates, double standard_errors) {
  TERSE_CHECK(!candidates.empty());
  std::size_t best = 0;
  for (std::size_t c = 1; c < candidates.size(); ++c) {
    if (candidates[c].loss() < candidates[best].loss()) best = c;
  }
  std::size_t chosen = best;
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    const Candidate& one = candidates[c];
    const Candidate& so_far = candidates[chosen];
    const bool simpler =
        one.cost < so_far.cost || (one.cost == so_far.cost && one.loss() < so_far.loss());
    if (simpler && !is_worse(one, candidates[best], standard_errors)) chosen = c;
  }
  return chosen;
}

}  // namespace terse::compress
