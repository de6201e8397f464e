// Messages as good as full precision, in words and in JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "terse/cli/curve_view.h"

namespace terse::cli {

/// "within 10 % of full precision from 16.0 bits (20.0x), by 4 folds; 8.0 bits: cannot tell yet,
/// about 3 further folds would tell". The view has evidence.
std::string answer_text(const CurveView& view);

/// Why there is no message that --max-loss asks for, and what to do about it.
std::string nothing_shown_text(const CurveView& view);

/// verdict, text, difference, lower and upper of one point.
void add_verdict_json(const stats::Comparison& comparison, nlohmann::ordered_json& json);

/// margin, folds, and the bits at which messages are shown to be as good, or not told yet.
void add_answer_json(const CurveView& view, nlohmann::ordered_json& json);

}  // namespace terse::cli
