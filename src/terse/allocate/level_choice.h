// The choice of the levels to remove, once the cost of each feature's levels is known.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace terse::allocate {

/// Bits of a message with these levels: sum of log2, what mixed-radix packing approaches.
double information_bits(std::span<const std::size_t> levels);

/// Fewer levels of one feature: the mean cost over the members that count.
struct Rung {
  std::size_t levels = 1;
  double loss_rise = 0.0;
  double shift = 0.0;
};

/// Levels per feature that save at least `bits_to_save` at least cost (never below one level). Each
/// feature moves along its rungs (most levels first) by the best ratio of cost and bits; the last
/// that is needed moves as cheaply as will do.
std::vector<std::size_t> cheapest_levels(std::span<const std::size_t> levels,
                                         const std::vector<std::vector<Rung>>& rungs,
                                         double bits_to_save, double shift_share);

/// The same by single steps: again and again the feature whose next rung costs least per bit moves
/// there, from where it is. For costs that are measured once and used for many steps.
std::vector<std::size_t> greedy_levels(std::span<const std::size_t> levels,
                                       const std::vector<std::vector<Rung>>& rungs,
                                       double bits_to_save, double shift_share);

/// Levels of at most `bits` (to 1/64 bit a feature) whose costs have the lowest sum, as if costs of
/// different features added up.
std::vector<std::size_t> exact_levels(std::span<const std::size_t> levels,
                                      const std::vector<std::vector<Rung>>& rungs, double bits,
                                      double shift_share);

}  // namespace terse::allocate
