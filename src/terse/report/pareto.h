// The Pareto front of size and loss.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace terse::report {

struct SizedLoss {
  double size = 0.0;
  double loss = 0.0;
};

/// Positions of those that no other one beats in both size and loss, by rising size and so by
/// falling loss; of equal ones the first. A loss that is not finite is beaten by all.
std::vector<std::size_t> pareto_front(std::span<const SizedLoss> all);

}  // namespace terse::report
