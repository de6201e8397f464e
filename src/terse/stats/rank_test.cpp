#include "terse/stats/rank_test.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numeric>
#include <vector>

namespace terse::stats {
namespace {

constexpr std::size_t exact_max = 50;

struct Ranks {
  double above = 0;  // sum of the ranks of positive differences
  double ties = 0;   // sum of t^3 - t over groups of t equal sizes
};

Ranks ranks_of(const std::vector<double>& by_size) {
  Ranks ranks;
  for (std::size_t begin = 0; begin < by_size.size();) {
    std::size_t end = begin + 1;
    while (end < by_size.size() && std::abs(by_size[end]) == std::abs(by_size[begin])) ++end;
    const double rank = static_cast<double>(begin + 1 + end) / 2;
    for (std::size_t i = begin; i < end; ++i) ranks.above += by_size[i] > 0 ? rank : 0;
    const auto tied = static_cast<double>(end - begin);
    ranks.ties += tied * tied * tied - tied;
    begin = end;
  }
  return ranks;
}

// The share of all assignments of signs whose rank sum is at most `sum`.
double share_up_to(std::size_t sum, std::size_t count) {
  std::vector<double> ways(count * (count + 1) / 2 + 1, 0.0);
  ways[0] = 1;
  std::size_t highest = 0;
  for (std::size_t rank = 1; rank <= count; ++rank) {
    highest += rank;
    for (std::size_t s = highest; s >= rank; --s) ways[s] += ways[s - rank];
  }
  const auto end = ways.begin() + static_cast<std::ptrdiff_t>(std::min(sum + 1, ways.size()));
  return std::accumulate(ways.begin(), end, 0.0) / std::exp2(static_cast<double>(count));
}

double exact_p(double above, std::size_t count, Side side) {
  const std::size_t all = count * (count + 1) / 2;
  const auto sum = static_cast<std::size_t>(above);
  const double below_p = share_up_to(sum, count);
  const double above_p = share_up_to(all - sum, count);
  if (side == Side::both) return std::min(1.0, 2 * std::min(below_p, above_p));
  return side == Side::below ? below_p : above_p;
}

double normal_p(const Ranks& ranks, std::size_t count, Side side) {
  const auto n = static_cast<double>(count);
  const double mean = n * (n + 1) / 4;
  const double deviation = std::sqrt((n * (n + 1) * (2 * n + 1) - ranks.ties / 2) / 24);
  const boost::math::normal normal;
  const auto p_at_most = [&](double sum) {
    return boost::math::cdf(normal, (sum + 0.5 - mean) / deviation);
  };
  const double all = n * (n + 1) / 2;
  if (side == Side::below) return p_at_most(ranks.above);
  if (side == Side::above) return p_at_most(all - ranks.above);
  return std::min(1.0, 2 * p_at_most(std::min(ranks.above, all - ranks.above)));
}

}  // namespace

RankTest signed_rank_test(std::span<const double> differences, Side side) {
  std::vector<double> by_size;
  for (const double difference : differences) {
    if (std::isfinite(difference) && difference != 0) by_size.push_back(difference);
  }
  RankTest result;
  result.used = by_size.size();
  if (by_size.empty()) return result;
  std::ranges::sort(by_size, {}, [](double value) { return std::abs(value); });
  const Ranks ranks = ranks_of(by_size);
  result.rank_sum = ranks.above;
  result.exact = ranks.ties == 0 && by_size.size() <= exact_max;
  result.p = result.exact ? exact_p(ranks.above, by_size.size(), side)
                          : normal_p(ranks, by_size.size(), side);
  return result;
}

}  // namespace terse::stats
