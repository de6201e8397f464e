// Multiple-choice knapsack: one choice per feature (or layer of a network), least total harm within
// a budget, exactly.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace terse::allocate {

struct Choice {
  double cost = 0.0;
  double harm = 0.0;
};

/// Index of the choice per layer (or feature); nothing if even the cheapest ones exceed the budget.
/// By dynamic programming over the sums that no other one undercuts in both cost and harm. Of equal
/// harm the lowest cost wins.
std::optional<std::vector<std::size_t>> least_harm(std::span<const std::vector<Choice>> layers,
                                                   double budget);

/// Every best trade: the choices that no others undercut in both, by rising cost.
std::vector<std::vector<std::size_t>> best_trades(std::span<const std::vector<Choice>> layers);

}  // namespace terse::allocate
