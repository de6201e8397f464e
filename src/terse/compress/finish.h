// The last training of the chosen widths, and what the result loses against the model that was
// handed over.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "terse/compress/coded_rows.h"
#include "terse/compress/fine_tuning.h"
#include "terse/compress/float_network.h"
#include "terse/stats/non_inferiority.h"

namespace terse::compress {

/// Rows that the given model has not seen: some to choose by, others to judge the choice by, so
/// that a lucky choice is not judged by its own luck.
struct UnseenRows {
  std::vector<std::uint32_t> choosing;
  std::vector<std::uint32_t> judging;
};

/// Halves, drawn by `seed`; all are for judging where there is nothing to choose. Both are empty
/// below 20 rows, which show nothing.
UnseenRows shared_out(std::span<const std::uint32_t> unseen, bool chooses, std::uint64_t seed);

/// A network that is ready to be rounded, and what it loses.
struct Finished {
  FloatNetwork network;
  Widths widths;
  std::vector<float> activation_scales;
  /// With the given model, row by row; no pairs without rows to judge by.
  stats::Comparison comparison;
};

/// Trains copies of the given network with these widths on all training rows.
///
/// choosing: empty: the first widths are trained once, as `tuning` says. Otherwise widths are tried
/// in their order until one loses, by a standard error, no more than `share` of the given network's
/// loss on these rows; of each with a tenth of the learning rate and without any training, too,
/// since what fits the training rows better may do worse on others. If none is within the share,
/// the one of lowest loss is taken.
Finished finish(const FloatNetwork& given, std::span<const Widths> widths,
                const CodedRows& training, const CodedRows& choosing, const CodedRows& judging,
                double share, const FineTuning& tuning);

}  // namespace terse::compress
