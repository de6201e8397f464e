#include "terse/compress/candidates.h"

#include <numeric>

#include "terse/base/error.h"
#include "terse/stats/paired_test.h"

namespace terse::compress {
namespace {

bool is_worse(const Candidate& candidate, const Candidate& best, double standard_errors) {
  const stats::PairedDifference more = stats::paired_difference(candidate.losses, best.losses);
  return more.mean > standard_errors * more.standard_error;
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
