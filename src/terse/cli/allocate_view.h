// The results of terse allocate, for people and programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "terse/cli/allocate_options.h"
#include "terse/cli/curve_view.h"

namespace terse::cli {

nlohmann::ordered_json curve_json(const CurveView& view, const std::string& output);

void print_curve(const CurveView& view, const AllocateArguments& arguments, std::size_t test_rows);

/// curve.csv, curve.vl.json and, where Node is there to draw it, curve.svg into the folder.
void write_curve(const CurveView& view, const std::string& folder);

}  // namespace terse::cli
