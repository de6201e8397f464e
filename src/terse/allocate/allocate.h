// Models whose messages fit a given number of bits: the choice of features and of their levels, and
// the comparison of their loss with full precision.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "terse/allocate/shrink.h"
#include "terse/data/table.h"
#include "terse/train/computed_training.h"
#include "terse/train/observer.h"
#include "terse/train/options.h"

namespace terse::allocate {

/// Complete trees of a device.
struct ForestSize {
  std::size_t depth = 0;
  std::size_t trees = 0;
};

struct AllocateOptions {
  std::vector<double> budgets;  ///< bits a message may have, falling
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
  /// Forests that a device may compute: the level of one may be among the codes of a message, or be
  /// all of it, where that predicts left-out rows better than a message without it.
  std::vector<ForestSize> forests = {};
};

/// The epochs once the levels are chosen.
Phase final_phase(const train::Options& training, const AllocateOptions& options);

/// Losses on rows unseen in training: each row that some fold leaves out (training.split says
/// which; all of them where rows are drawn) once, by the network of that fold.
struct ValidationLosses {
  std::vector<double> rows;            ///< in the order of the folds' parts; times the row's weight
  std::vector<std::size_t> fold_rows;  ///< of each fold; their sum is rows.size()
  double mean() const;
};

/// What one budget gets, and those below it that the same message fits.
struct CurvePoint {
  std::vector<double> budgets;      ///< falling; not empty
  std::vector<std::size_t> levels;  ///< per feature
  double bits = 0.0;                ///< sum of log2 of the levels
  train::Decoder decoder = train::Decoder::network;
  ValidationLosses losses;   ///< of that decoder
  ShrinkingNetwork network;  ///< the network trained on all rows, before the final epochs
  /// Whose last feature is among `levels`, behind those of the table; null: nothing is computed.
  std::shared_ptr<const train::ComputedColumn> computed = {};
};

struct FullPrecision {
  train::Decoder decoder = train::Decoder::network;  ///< the better one
  ValidationLosses losses;
};

struct Curve {
  std::vector<CurvePoint> points;  ///< in the order of the budgets, each with other levels
  FullPrecision reference;         ///< without rows unless asked for
  std::size_t budgets_left = 0;    ///< asked for, not reached
};

/// Trains bw-sq with generous levels, once on all rows and once without each fold, and shrinks all
/// of them in step (shrink.h) from budget to budget. stop_after: asked after each new point; true
/// ends the curve there. With options.forests all of that once more for each, with one more
/// feature; a budget gets whichever predicts left-out rows best. Throws InputError for options out
/// of range, what trained_forest() throws, JobError if a training diverges, Interrupted.
Curve curve(const data::Table& table, std::span<const std::uint32_t> rows,
            const train::Options& training, const AllocateOptions& options,
            const train::Observer& observer = {},
            const std::function<bool(const Curve&)>& stop_after = {});

/// Budgets from the most bits a message can have down to one byte: every byte up to 16, then about
/// one in eight.
std::vector<double> byte_budgets(double bits_max);

/// The point where the curve bends most: farthest below the line from the largest to the smallest
/// message, both axes scaled to 1 (Satopää et al., "Finding a kneedle in a haystack", 2011).
/// Nothing where no point lies below that line, as with fewer than three, or where the smallest
/// message loses no more than the largest.
std::optional<std::size_t> knee(std::span<const CurvePoint> points);

}  // namespace terse::allocate
