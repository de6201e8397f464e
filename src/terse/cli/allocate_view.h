// How terse allocate says what it found.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terse/allocate/allocate.h"
#include "terse/cli/allocate_options.h"
#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::cli {

struct CurveView {
  const data::Table& table;
  const allocate::Curve& curve;
  std::size_t chosen = 0;  ///< which point
  std::optional<double> max_loss;
  std::vector<model::Model> models;   ///< of all points, or none
  std::optional<model::Model> model;  ///< of the chosen point
};

/// "network" or "boosted".
std::string_view decoder_name(train::Decoder decoder);

/// "MSE" or "log loss".
std::string_view loss_name(const data::Table& table);

nlohmann::ordered_json curve_json(const CurveView& view, const std::string& output);

void print_curve(const CurveView& view, const AllocateArguments& arguments, std::size_t test_rows);

/// curve.csv, curve.vl.json and, where Node is there to draw it, curve.svg into the folder.
void write_curve(const CurveView& view, const std::string& folder);

}  // namespace terse::cli
