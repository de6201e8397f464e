// The curve that terse allocate found, with all that is needed to show it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "terse/allocate/allocate.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/stats/non_inferiority.h"
#include "terse/train/objective.h"

namespace terse::cli {

struct CurveView {
  const data::Table& table;
  const allocate::Curve& curve;
  double margin = 0.0;                           ///< share of full precision's loss
  std::vector<stats::Comparison> evidence = {};  ///< of each point; empty without full precision
  std::size_t chosen = 0;                        ///< which point
  std::vector<model::Model> models = {};         ///< of all points, or none
  std::optional<model::Model> model = {};        ///< of the chosen point
  train::Objective objective = {};
};

/// "network" or "boosted".
std::string_view decoder_name(train::Decoder decoder);

/// "log loss", "MSE", or "loss" for another one than the mean squared error.
std::string_view loss_name(const data::Table& table, const train::Objective& objective);

}  // namespace terse::cli
