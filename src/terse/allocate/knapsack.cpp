#include "terse/allocate/knapsack.h"

#include <algorithm>
#include <cstdint>

#include "terse/base/error.h"

namespace terse::allocate {
namespace {

/// A sum over the layers so far, and how it came about.
struct State {
  double cost = 0.0;
  double harm = 0.0;
  std::uint32_t before = 0;  ///< index among the states of one layer less
  std::uint32_t choice = 0;
};

// By rising cost and falling harm.
std::vector<State> undominated(std::vector<State> states) {
  std::ranges::sort(states, [](const State& a, const State& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.harm < b.harm;
  });
  std::vector<State> kept;
  for (const State& state : states) {
    if (kept.empty() || state.harm < kept.back().harm) kept.push_back(state);
  }
  return kept;
}

std::vector<std::vector<State>> all_states(std::span<const std::vector<Choice>> layers) {
  std::vector<std::vector<State>> steps = {{State{}}};
  for (const std::vector<Choice>& choices : layers) {
    TERSE_CHECK(!choices.empty());
    std::vector<State> next;
    for (std::size_t s = 0; s < steps.back().size(); ++s) {
      for (std::size_t c = 0; c < choices.size(); ++c) {
        const State& state = steps.back()[s];
        next.push_back({state.cost + choices[c].cost, state.harm + choices[c].harm,
                        static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(c)});
      }
    }
    steps.push_back(undominated(std::move(next)));
  }
  return steps;
}

std::vector<std::size_t> path_to(const std::vector<std::vector<State>>& steps, std::size_t last) {
  std::vector<std::size_t> choices(steps.size() - 1);
  for (std::size_t layer = choices.size(); layer-- > 0;) {
    const State& state = steps[layer + 1][last];
    choices[layer] = state.choice;
    last = state.before;
  }
  return choices;
}

}  // namespace

std::optional<std::vector<std::size_t>> least_harm(std::span<const std::vector<Choice>> layers,
                                                   double budget) {
  const auto steps = all_states(layers);
  for (std::size_t last = steps.back().size(); last-- > 0;) {
    if (steps.back()[last].cost <= budget) return path_to(steps, last);
  }
  return std::nullopt;
}

std::vector<std::vector<std::size_t>> best_trades(std::span<const std::vector<Choice>> layers) {
  const auto steps = all_states(layers);
  std::vector<std::vector<std::size_t>> trades;
  for (std::size_t last = 0; last < steps.back().size(); ++last) {
    trades.push_back(path_to(steps, last));
  }
  return trades;
}

}  // namespace terse::allocate
