// Models whose messages fit a given number of bits: the choice of features and of their levels, and
// the comparison of their loss with full precision.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "terse/allocate/shrink.h"
#include "terse/data/table.h"
#include "terse/train/observer.h"
#include "terse/train/options.h"

namespace terse::allocate {

struct AllocateOptions {
  std::vector<double> budgets;  ///< bits a message may have, falling: one point of the curve each
  /// Bits of a message to start from, spread as boosted trees see fit (grow.h); 0: training.bits
  /// for every feature, as for classes, categories and gaps always.
  double start_bits = 0.0;
  ShrinkOptions shrink = {};
  unsigned final_epochs = 30;  ///< once the levels are chosen
  std::size_t folds = 4;       ///< at least 2
  /// The decoders that may predict from the codes; of several, the one with the lowest validation
  /// loss.
  std::vector<train::Decoder> decoders = {train::Decoder::network, train::Decoder::boosted};
  bool full_precision = false;  ///< whether its losses are measured too
};

/// The epochs once the levels are chosen.
Phase final_phase(const train::Options& training, const AllocateOptions& options);

/// Losses on rows unseen in training: each row that some fold leaves out (training.split says
/// which; all of them where rows are drawn) once, by the network of that fold.
struct ValidationLosses {
  std::vector<double> rows;  ///< in the order of the folds' parts; times the row's weight
  double mean() const;
};

/// What one budget gets.
struct CurvePoint {
  double budget = 0.0;
  std::vector<std::size_t> levels;  ///< per feature
  double bits = 0.0;                ///< sum of log2 of the levels
  train::Decoder decoder = train::Decoder::network;
  ValidationLosses losses;   ///< of that decoder
  ShrinkingNetwork network;  ///< the network trained on all rows, before the final epochs
};

struct FullPrecision {
  train::Decoder decoder = train::Decoder::network;  ///< the better one
  ValidationLosses losses;
};

struct Curve {
  std::vector<CurvePoint> points;  ///< as the budgets
  FullPrecision reference;         ///< without rows unless asked for
};

/// Trains bw-sq with generous levels, once on all rows and once without each fold, and shrinks all
/// of them in step (shrink.h) from budget to budget. stop_after: asked after each point; true ends
/// the curve there. Throws InputError for options out of range, JobError if a training diverges,
/// Interrupted.
Curve curve(const data::Table& table, std::span<const std::uint32_t> rows,
            const train::Options& training, const AllocateOptions& options,
            const train::Observer& observer = {},
            const std::function<bool(const Curve&)>& stop_after = {});

/// Whether these losses are not significantly above (1 + percent / 100) times the reference: a
/// one-sided paired t-test over the rows, at 5%.
bool within(const ValidationLosses& losses, const ValidationLosses& reference, double percent);

/// Budgets from the most bits a message can have down to one byte: every byte up to 16, then about
/// one in eight.
std::vector<double> byte_budgets(double bits_max);

/// The point where the curve bends most: farthest below the line from the largest to the smallest
/// message, both axes scaled to 1 (Satopää et al., "Finding a kneedle in a haystack", 2011). With
/// fewer than three points, the first one.
std::size_t knee(std::span<const CurvePoint> points);

}  // namespace terse::allocate
