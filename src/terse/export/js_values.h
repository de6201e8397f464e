// Numbers, texts and thresholds as JavaScript has them. Inside the export room.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace terse::exporting {

/// The fewest digits from which float32 `value` can be read back. Finite.
std::string js_number(float value);
/// The same for a double.
std::string js_number(double value);
/// A literal in double quotes, also one of JSON. `text`: UTF-8.
std::string js_text(std::string_view text);

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

}  // namespace terse::exporting
