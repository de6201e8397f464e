// Messages of one to three features, found without training a network. Removing levels one by one
// from many features can end far from them where one feature says nearly everything: each step
// keeps what is cheapest now. So at small budgets they compete with what shrinking leaves.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/allocate/shrink.h"
#include "terse/allocate/task.h"

namespace terse::allocate {

/// Above so many bits a message has room for more than three features.
inline constexpr double few_features_bits_max = 16.0;

/// Where thresholds lie.
enum class Cuts {
  quantiles,  ///< of the readings
  clusters,   ///< between clusters of the readings
  tree,       ///< tree_cuts.h
};

struct FewFeatures {
  std::vector<std::size_t> features;  ///< one to three, the most telling first
  std::vector<std::size_t> levels;    ///< of each
  std::vector<Cuts> cuts;             ///< of each
  double loss = 0.0;  ///< of the measured rows, by the mean targets of equal messages
};

/// Of one, of two and of three features the best message of at most `bits`, as far as there are
/// any; ascending by loss. What a message says is estimated by the targets of the training rows
/// that share it: means, drawn towards those of rows that share all but its last code. networks:
/// those that count, before they shrink; each has a say by its measured rows. Only plain features
/// take part.
std::vector<FewFeatures> few_features(std::span<const ShrinkingNetwork> networks, double bits,
                                      const Task& task);

/// The network without its other features, the kept ones cut anew: a level's row is the mean of
/// those of the training rows on it. Untrained since.
ShrinkingNetwork with_few_features(const ShrinkingNetwork& network, const FewFeatures& few,
                                   const Task& task);

}  // namespace terse::allocate
