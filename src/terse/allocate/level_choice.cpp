#include "terse/allocate/level_choice.h"

#include <algorithm>
#include <cmath>

#include "terse/allocate/knapsack.h"
#include "terse/base/error.h"

namespace terse::allocate {
namespace {

// Sums of bits in whole steps keep the dynamic programme small: a number of levels that is not a
// power of two counts at most that much more than it carries.
constexpr double steps_per_bit = 64.0;

struct Move {
  std::size_t feature = 0;
  std::size_t levels = 1;
  double bits = 0.0;
  double cost = 0.0;

  double ratio() const { return cost / bits; }
  /// Cheaper per bit, or as cheap and saving more.
  bool better_than(const Move& other) const {
    return ratio() != other.ratio() ? ratio() < other.ratio() : bits > other.bits;
  }
};

std::vector<Move> moves_of(std::size_t feature, std::size_t levels, const std::vector<Rung>& rungs,
                           double shift_share) {
  std::vector<Move> moves;
  for (const Rung& rung : rungs) {
    const double bits = std::log2(static_cast<double>(levels) / static_cast<double>(rung.levels));
    moves.push_back(
        {feature, rung.levels, bits, std::max(rung.loss_rise, shift_share * rung.shift)});
  }
  return moves;
}

// The cheapest rung that saves `bits`; null if there is none.
const Move* cheapest_that_saves(const std::vector<std::vector<Move>>& moves, double bits,
                                const std::vector<bool>& moved) {
  const Move* best = nullptr;
  for (const std::vector<Move>& of_feature : moves) {
    for (const Move& move : of_feature) {
      if (moved[move.feature] || move.bits < bits) continue;
      if (best == nullptr || move.cost < best->cost) best = &move;
    }
  }
  return best;
}

}  // namespace

double information_bits(std::span<const std::size_t> levels) {
  double bits = 0.0;
  for (const std::size_t count : levels) bits += std::log2(static_cast<double>(count));
  return bits;
}

std::vector<std::size_t> cheapest_levels(std::span<const std::size_t> levels,
                                         const std::vector<std::vector<Rung>>& rungs,
                                         double bits_to_save, double shift_share) {
  std::vector<std::size_t> result(levels.begin(), levels.end());
  std::vector<std::vector<Move>> moves;
  std::vector<Move> best;
  for (std::size_t f = 0; f < levels.size(); ++f) {
    moves.push_back(moves_of(f, levels[f], rungs[f], shift_share));
    if (moves.back().empty()) continue;
    best.push_back(*std::ranges::min_element(
        moves.back(), [](const Move& a, const Move& b) { return a.better_than(b); }));
  }
  std::ranges::stable_sort(best, {}, &Move::ratio);
  std::vector<bool> moved(levels.size());
  double saved = 0.0;
  for (const Move& move : best) {
    if (saved >= bits_to_save) break;
    const Move* taken = &move;
    const Move* last = cheapest_that_saves(moves, bits_to_save - saved, moved);
    const bool enough = saved + move.bits >= bits_to_save;
    if (moved[move.feature]) continue;
    if (enough && last != nullptr) taken = last;
    result[taken->feature] = taken->levels;
    moved[taken->feature] = true;
    saved += taken->bits;
  }
  return result;
}

std::vector<std::size_t> greedy_levels(std::span<const std::size_t> levels,
                                       const std::vector<std::vector<Rung>>& rungs,
                                       double bits_to_save, double shift_share) {
  std::vector<std::size_t> result(levels.begin(), levels.end());
  std::vector<Move> at;
  std::vector<std::vector<Move>> moves;
  for (std::size_t f = 0; f < levels.size(); ++f) {
    at.push_back({f, levels[f], 0.0, 0.0});
    moves.push_back(moves_of(f, levels[f], rungs[f], shift_share));
  }
  double saved = 0.0;
  while (saved < bits_to_save) {
    const Move* best = nullptr;
    double best_ratio = 0.0;
    for (const std::vector<Move>& of_feature : moves) {
      for (const Move& move : of_feature) {
        const Move& now = at[move.feature];
        if (move.bits <= now.bits) continue;
        const double ratio = (move.cost - now.cost) / (move.bits - now.bits);
        if (best != nullptr && ratio >= best_ratio) continue;
        best = &move;
        best_ratio = ratio;
      }
    }
    if (best == nullptr) break;
    saved += best->bits - at[best->feature].bits;
    at[best->feature] = *best;
    result[best->feature] = best->levels;
  }
  return result;
}

std::vector<std::size_t> exact_levels(std::span<const std::size_t> levels,
                                      const std::vector<std::vector<Rung>>& rungs, double bits,
                                      double shift_share) {
  std::vector<std::size_t> result(levels.begin(), levels.end());
  if (information_bits(levels) <= bits) return result;
  std::vector<std::vector<Choice>> choices;
  for (std::size_t f = 0; f < levels.size(); ++f) {
    const auto cost = [](std::size_t count) {
      return std::ceil(steps_per_bit * std::log2(static_cast<double>(count)));
    };
    choices.push_back({{cost(levels[f]), 0.0}});
    for (const Move& move : moves_of(f, levels[f], rungs[f], shift_share)) {
      choices.back().push_back({cost(move.levels), move.cost});
    }
  }
  const auto chosen = least_harm(choices, std::floor(steps_per_bit * bits + 1e-6));
  TERSE_CHECK(chosen.has_value());
  for (std::size_t f = 0; f < levels.size(); ++f) {
    const std::size_t choice = (*chosen)[f];
    if (choice > 0) result[f] = rungs[f][choice - 1].levels;
  }
  return result;
}

}  // namespace terse::allocate
