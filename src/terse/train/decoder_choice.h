// The choice of the decoder with the lowest loss on training rows that are set aside for it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "terse/data/table.h"
#include "terse/train/options.h"
#include "terse/train/stacked_decoder.h"

namespace terse::train {

struct Observer;  // observer.h

/// A way to predict: the thresholds of a method, and what decodes them.
struct Candidate {
  quantize::Method method;
  Decoder decoder = Decoder::network;
  std::string_view name = "network";
};

struct Choice {
  Candidate best;
  std::string reason;
  std::optional<StackPlan> plan = {};  ///< of a stack or extra trees
};

/// The network, trees on its thresholds, and where those learn for the network trees on quantile
/// codes, too; from 1,000 rows on extra trees and a stack: each without a tenth of the rows, which
/// then decide. Of several targets the weighted loss decides, between the network and trees; a
/// stack has to be better by one percent: its file has megabytes.
Choice best_decoder(const data::Table& table, std::span<const std::uint32_t> rows,
                    const Options& options, const Observer& observer);

struct NetworkChoice {
  Network network;
  std::string reason;
};

/// Plain or TabM (as for_tabm() sets it): both without a tenth of the rows, which then decide.
NetworkChoice best_network(const data::Table& table, std::span<const std::uint32_t> rows,
                           const Options& options, const Observer& observer);

/// The settings of a candidate; a start of thresholds belongs to those that learn.
Options options_for(const Candidate& candidate, const Options& options);

}  // namespace terse::train
