#include "terse/allocate/shrink.h"

#include <algorithm>

#include "terse/allocate/lasso.h"
#include "terse/allocate/level_choice.h"
#include "terse/base/error.h"

namespace terse::allocate {
namespace {

using Merges = std::vector<std::vector<Merge>>;

constexpr double bits_per_round_min = 0.5;
// Sums of logarithms that should be whole may miss it by a rounding.
constexpr double tolerance = 1e-9;
// Of the mean norm, in each epoch.
constexpr double lasso_share = 0.02;

std::vector<std::vector<Rung>> mean_rungs(const std::vector<Merges>& merges,
                                          const std::vector<ShrinkingNetwork>& networks) {
  std::vector<std::vector<Rung>> rungs;
  double counting = 0.0;
  for (const ShrinkingNetwork& network : networks) counting += network.counts ? 1.0 : 0.0;
  for (std::size_t f = 0; f < merges.front().size(); ++f) {
    rungs.emplace_back();
    for (std::size_t i = 0; i < merges.front()[f].size(); ++i) {
      Rung rung{.levels = merges.front()[f][i].levels};
      for (std::size_t m = 0; m < networks.size(); ++m) {
        const Merge& merge = merges[m][f][i];
        TERSE_CHECK(merge.levels == rung.levels);
        if (!networks[m].counts) continue;
        rung.loss_rise += merge.loss_rise / counting;
        rung.shift += merge.shift / counting;
      }
      rungs.back().push_back(rung);
    }
  }
  return rungs;
}

void apply_to_special(const LevelTable& before, std::span<const LevelGroups> groups,
                      std::vector<std::vector<std::size_t>>& special) {
  for (std::size_t f = 0; f < before.features(); ++f) {
    const bool sent = std::ranges::any_of(groups[f], [](std::size_t level) { return level > 0; });
    if (!sent) special[f].clear();
    const std::size_t numeric = before.numeric_levels(f);
    const std::size_t numeric_after = numeric > 0 ? groups[f][numeric - 1] + 1 : 0;
    for (std::size_t& level : special[f]) level = groups[f][numeric + level] - numeric_after;
  }
}

void merge_to(ShrinkingNetwork& network, const Merges& merges,
              std::span<const std::size_t> levels) {
  std::vector<LevelGroups> groups;
  for (std::size_t f = 0; f < levels.size(); ++f) {
    const auto merge = std::ranges::find(merges[f], levels[f], &Merge::levels);
    if (merge != merges[f].end()) {
      groups.push_back(merge->groups);
      continue;
    }
    groups.emplace_back(network.table.levels(f));
    for (std::size_t k = 0; k < groups.back().size(); ++k) groups.back()[k] = k;
  }
  merge(network, groups);
}

std::vector<std::size_t> fewer_levels(std::span<const std::size_t> levels,
                                      const std::vector<std::vector<Rung>>& rungs, double bits,
                                      const ShrinkOptions& options) {
  const double to_save = information_bits(levels) - bits;
  switch (options.policy) {
    case Policy::exact:
      return exact_levels(levels, rungs, bits, options.shift_share);
    case Policy::sensitivity:
      return greedy_levels(levels, rungs, to_save - tolerance, options.shift_share);
    case Policy::pruning:
    case Policy::lasso:
      break;
  }
  const double round = std::max(bits_per_round_min, options.share * information_bits(levels));
  return cheapest_levels(levels, rungs, std::min(round, to_save) - tolerance, options.shift_share);
}

LevelTable trained_between(const Task& task, const ShrinkingNetwork& network,
                           const train::Options& training, const ShrinkOptions& options,
                           std::uint64_t seed, const train::Observer& observer) {
  const Phase phase{.epochs = options.epochs,
                    .temperature_begin = options.temperature,
                    .temperature_end = training.temperature_end,
                    .rate_begin = training.learning_rate,
                    .rate_end = 0.1 * training.learning_rate};
  if (options.policy != Policy::lasso) {
    return trained_on(task, network.rows(), network.table, training, phase, seed, observer);
  }
  const Phase epoch{.epochs = 1,
                    .temperature_begin = options.temperature,
                    .temperature_end = options.temperature,
                    .rate_begin = training.learning_rate,
                    .rate_end = training.learning_rate};
  LevelTable table = network.table;
  for (unsigned e = 0; e < options.epochs; ++e) {
    table = with_shorter_steps(trained_on(task, network.rows(), table, training, epoch,
                                          seed + 100 * std::uint64_t{e}, observer),
                               lasso_share);
  }
  return table;
}

}  // namespace

void merge(ShrinkingNetwork& network, std::span<const LevelGroups> groups) {
  const auto counts = level_counts(network.table, codes_of(network.table, network.inputs));
  LevelTable table = merged(network.table, groups, counts);
  if (network.table.special_levels() > 0) {
    network.inputs = merged_inputs(network.table, groups, network.inputs);
    network.measured = merged_inputs(network.table, groups, network.measured);
    apply_to_special(network.table, groups, network.special);
  }
  network.table = std::move(table);
}

void shrink(std::vector<ShrinkingNetwork>& networks, double bits, const Task& task,
            const train::Options& training, const ShrinkOptions& options, std::uint64_t& round,
            const train::Observer& observer) {
  while (true) {
    const std::vector<std::size_t> levels = networks.front().table.levels();
    if (information_bits(levels) <= bits + tolerance) return;
    std::vector<Merges> merges;
    for (const ShrinkingNetwork& network : networks) {
      merges.push_back(options.policy == Policy::lasso
                           ? step_norms(network.table)
                           : merge_costs(task, network.table, network.measured_rows()));
    }
    const auto fewer = fewer_levels(levels, mean_rungs(merges, networks), bits, options);
    ++round;
    for (std::size_t m = 0; m < networks.size(); ++m) {
      ShrinkingNetwork& network = networks[m];
      merge_to(network, merges[m], fewer);
      network.table = trained_between(task, network, training, options,
                                      training.seed + 1000 * (m + 1) + round, observer);
    }
  }
}

}  // namespace terse::allocate
