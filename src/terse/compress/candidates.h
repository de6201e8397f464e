// The choice among several measured configurations.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "terse/compress/float_network.h"

namespace terse::compress {

/// Widths that were trained and measured on the same validation rows as all others.
struct Candidate {
  std::string action;  ///< how it was found
  Widths widths;
  double cost = 0.0;
  std::vector<double> losses;  ///< per validation row

  double loss() const;
};

/// The cheapest candidate among those that are not worse than the best one by more than
/// `standard_errors` of the mean difference, row by row; of equal cost the one with the lower loss.
/// candidates: at least one.
std::size_t simplest_of_the_best(std::span<const Candidate> candidates,
                                 double standard_errors = 1.0);

}  // namespace terse::compress
