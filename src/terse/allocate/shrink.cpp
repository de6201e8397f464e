#include "terse/allocate/shrink.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "terse/allocate/training.h"

namespace terse::allocate {
namespace {

struct Move {
  std::size_t feature = 0;
  const Merge* merge = nullptr;
  double bits = 0.0;
  double ratio = 0.0;
};

// The feature's merge of least cost per saved bit; among equals the one that saves most.
Move best_move(std::size_t feature, std::size_t levels, const std::vector<Merge>& merges,
               double shift_share) {
  Move best;
  for (const Merge& merge : merges) {
    const double bits = std::log2(static_cast<double>(levels) / static_cast<double>(merge.levels));
    const double cost = std::max(merge.loss_rise, shift_share * merge.shift);
    const double ratio = cost / bits;
    if (best.merge == nullptr || ratio < best.ratio || (ratio == best.ratio && bits > best.bits)) {
      best = {feature, &merge, bits, ratio};
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

std::vector<LevelGroups> cheapest_merges(const LevelTable& table,
                                         const std::vector<std::vector<Merge>>& merges,
                                         double bits_to_save, double shift_share) {
  std::vector<LevelGroups> groups;
  std::vector<Move> moves;
  for (std::size_t f = 0; f < table.features(); ++f) {
    groups.emplace_back(table.thresholds.levels(f));
    std::iota(groups.back().begin(), groups.back().end(), std::size_t{0});
    if (merges[f].empty()) continue;
    moves.push_back(best_move(f, groups.back().size(), merges[f], shift_share));
  }
  std::stable_sort(moves.begin(), moves.end(),
                   [](const Move& a, const Move& b) { return a.ratio < b.ratio; });
  double saved = 0.0;
  for (const Move& move : moves) {
    if (saved >= bits_to_save) break;
    groups[move.feature] = move.merge->groups;
    saved += move.bits;
  }
  return groups;
}

std::vector<ShrinkPoint> shrink(const train::Preparation& prepared, ConstMatrixView validation,
                                std::span<const float> validation_targets, LevelTable table,
                                const train::Options& training, const ShrinkOptions& options,
                                const train::Observer& observer,
                                const std::function<void(const ShrinkPoint&)>& on_point) {
  std::vector<ShrinkPoint> points;
  std::uint64_t round = 0;
  while (true) {
    ShrinkPoint point;
    point.bits = information_bits(table.levels());
    point.validation_loss = loss_of(table, validation, validation_targets);
    point.table = table;
    if (on_point) on_point(point);
    points.push_back(std::move(point));
    const double bits = points.back().bits;
    if (bits <= options.bits_end) return points;
    const auto merges = merge_costs(table, validation, validation_targets);
    const double to_save =
        std::min(std::max(0.5, options.share * bits), std::max(1e-9, bits - options.bits_end));
    const auto groups = cheapest_merges(table, merges, to_save, options.shift_share);
    const auto counts = level_counts(table, codes_of(table, prepared.inputs));
    table = merged(table, groups, counts);
    const Phase phase{.epochs = options.epochs,
                      .temperature_begin = options.temperature,
                      .temperature_end = training.temperature_end,
                      .rate_begin = training.learning_rate,
                      .rate_end = 0.1 * training.learning_rate};
    table = trained_on(prepared, table, training, phase, training.seed + 1000 + ++round, observer);
  }
}

}  // namespace terse::allocate
