#include "terse/report/pareto.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

namespace terse::report {

std::vector<std::size_t> pareto_front(std::span<const SizedLoss> all) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t i) { return !std::isfinite(all[i].loss); });
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return std::tie(all[a].size, all[a].loss) < std::tie(all[b].size, all[b].loss);
  });
  std::vector<std::size_t> front;
  double least = std::numeric_limits<double>::infinity();
  for (const std::size_t i : order) {
    if (!(all[i].loss < least)) continue;
    least = all[i].loss;
    front.push_back(i);
  }
  return front;
}

}  // namespace terse::report
