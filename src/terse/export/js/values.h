// Numbers, texts and thresholds as JavaScript has them. Inside the export room.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/model/model.h"

namespace terse::export_js {

/// The fewest digits from which float32 `value` can be read back. Finite.
std::string js_number(float value);
/// The same for a double.
std::string js_number(double value);
/// A literal in double quotes, also one of JSON. `text`: UTF-8.
std::string js_text(std::string_view text);

/// An array of them.
std::string js_texts(std::span<const std::string> texts);

/// What predicts in the script: the numbers (the first lines of it), and the lines that leave the
/// prediction in the answer: a number in the target's unit, or {label, probabilities}.
std::string js_network_data(const model::Model& model);
std::string js_network_code(const model::Model& model);

/// Thresholds as a script writes them, and what it reads back from there.
struct JsThresholds {
  std::string text;
  std::string gaps;  ///< compact only
  std::vector<double> values;
};

/// "[1.5,2]": every float32 exactly. Sorted, at least one.
JsThresholds js_exact_thresholds(std::span<const float> thresholds);

/// text "1.5,.02": the first threshold and a unit; gaps: a character from '#' on, but no backslash,
/// per further threshold for the units between it and the one before; off by at most 1/150 of the
/// widest interval. Sorted, at least one.
JsThresholds js_compact_thresholds(std::span<const float> thresholds);

}  // namespace terse::export_js
