// Several decoders of the same codes in one: a network, boosted trees of two kinds and extremely
// randomised trees, each by a weight that rows unseen in training gave it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"
#include "terse/train/preparation.h"

namespace terse::train {

struct Observer;  // observer.h

/// Weights of the members, in this order: the network, boosted trees, deeper ones, extra trees.
struct StackPlan {
  std::array<double, 4> weights = {};
  std::array<unsigned, 2> rounds = {1, 1};  ///< of the boosted trees
  std::string reason;                       ///< "MSE of 4 folds: network 0.31, ..., stack 0.28"
};

/// "stack of 0.4 network + 0.6 boosted (MSE of 4 folds: ...)".
std::string plan_text(const StackPlan& plan);

/// A plan, and the losses of weights that come from other rows than those they are measured on.
struct MeasuredPlan {
  StackPlan plan;
  double stack_loss = 0.0;
  double extra_trees_loss = 0.0;
  StackPlan extra_trees;  ///< these alone
};

/// Members trained without `measured`, which gives the weights. model: with a network of the rows.
/// prepared: of the rows.
MeasuredPlan plan_by_rows(const model::Model& model, const data::Table& table,
                          std::span<const std::uint32_t> rows,
                          std::span<const std::uint32_t> measured, const Preparation& prepared,
                          const Options& options, const Observer& observer);

/// By four folds of the rows: networks are trained again on the model's codes. options.decoder:
/// stack, which may turn out to be one member alone if none adds to it, or extra_trees.
StackPlan plan_by_folds(const model::Model& model, const data::Table& table,
                        std::span<const std::uint32_t> rows, const Preparation& prepared,
                        const Options& options, const Observer& observer);

/// Gives the model the decoder of the plan, grown on all rows: a stack, or trees or its network
/// alone. Its file stays within stack_bytes_max: extra trees are left out until it does.
void give_stacked_decoder(model::Model& model, const data::Table& table,
                          std::span<const std::uint32_t> rows, const Preparation& prepared,
                          const Options& options, const StackPlan& plan, const Observer& observer);
inline constexpr std::size_t stack_bytes_max = 20'000'000;

}  // namespace terse::train
