#include "terse/allocate/shrink.h"

#include <algorithm>
#include <cmath>

#include "terse/error.h"

namespace terse::allocate {
namespace {

using Merges = std::vector<std::vector<Merge>>;

constexpr double bits_per_round_min = 0.5;

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

// Of all that saves `bits`, what costs least; null if nothing does.
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

std::vector<std::vector<Rung>> mean_rungs(const std::vector<Merges>& merges,
                                          const std::vector<Member>& members) {
  std::vector<std::vector<Rung>> rungs;
  double counting = 0.0;
  for (const Member& member : members) counting += member.counts ? 1.0 : 0.0;
  for (std::size_t f = 0; f < merges.front().size(); ++f) {
    rungs.emplace_back();
    for (std::size_t i = 0; i < merges.front()[f].size(); ++i) {
      Rung rung{.levels = merges.front()[f][i].levels};
      for (std::size_t m = 0; m < members.size(); ++m) {
        const Merge& merge = merges[m][f][i];
        TERSE_CHECK(merge.levels == rung.levels);
        if (!members[m].counts) continue;
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

void merge_to(Member& member, const Merges& merges, std::span<const std::size_t> levels) {
  std::vector<LevelGroups> groups;
  for (std::size_t f = 0; f < levels.size(); ++f) {
    const auto merge = std::ranges::find(merges[f], levels[f], &Merge::levels);
    if (merge != merges[f].end()) {
      groups.push_back(merge->groups);
      continue;
    }
    groups.emplace_back(member.table.levels(f));
    for (std::size_t k = 0; k < groups.back().size(); ++k) groups.back()[k] = k;
  }
  const auto counts = level_counts(member.table, codes_of(member.table, member.inputs));
  LevelTable table = merged(member.table, groups, counts);
  if (member.table.special_levels() > 0) {
    member.inputs = merged_inputs(member.table, groups, member.inputs);
    member.measured = merged_inputs(member.table, groups, member.measured);
    apply_to_special(member.table, groups, member.special);
  }
  member.table = std::move(table);
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

void shrink(std::vector<Member>& members, double bits, const Task& task,
            const train::Options& training, const ShrinkOptions& options, std::uint64_t& round,
            const train::Observer& observer) {
  // Sums of logarithms that should be whole may miss it by a rounding.
  constexpr double tolerance = 1e-9;
  while (true) {
    const std::vector<std::size_t> levels = members.front().table.levels();
    const double now = information_bits(levels);
    if (now <= bits + tolerance) return;
    std::vector<Merges> merges;
    for (const Member& member : members) {
      merges.push_back(merge_costs(task, member.table, member.measured_rows()));
    }
    const double to_save = std::min(std::max(bits_per_round_min, options.share * now), now - bits);
    const auto fewer = cheapest_levels(levels, mean_rungs(merges, members), to_save - tolerance,
                                       options.shift_share);
    const Phase phase{.epochs = options.epochs,
                      .temperature_begin = options.temperature,
                      .temperature_end = training.temperature_end,
                      .rate_begin = training.learning_rate,
                      .rate_end = 0.1 * training.learning_rate};
    ++round;
    for (std::size_t m = 0; m < members.size(); ++m) {
      Member& member = members[m];
      merge_to(member, merges[m], fewer);
      member.table = trained_on(task, member.rows(), member.table, training, phase,
                                training.seed + 1000 * (m + 1) + round, observer);
    }
  }
}

}  // namespace terse::allocate
