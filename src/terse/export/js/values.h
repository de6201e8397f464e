// Numbers, texts and thresholds as JavaScript has them. Inside the export room.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/model/model.h"

namespace terse::export_js {

/// The fewest digits from which float32 `value` can be read back. Finite.
std::string number_literal(float value);
/// The same for a double.
std::string number_literal(double value);
/// A literal in double quotes, also one of JSON. `text`: UTF-8.
std::string text_literal(std::string_view text);

/// An array of them.
std::string array_literal(std::span<const std::string> texts);

/// Thresholds as a script writes them, and what it reads back from there.
struct ScriptThresholds {
  std::string text;
  std::string gaps;  ///< compact only
  std::vector<double> values;
};

/// "[1.5,2]": every float32 exactly, or where they are differences from an origin, its sum with
/// each in double. Sorted, at least one.
ScriptThresholds exact_thresholds(std::span<const float> thresholds, double origin = 0.0);

/// text "1.5,.02": the first threshold and a unit; gaps: a character from '#' on, but no backslash,
/// per further threshold for the units between it and the one before; off by at most 1/150 of the
/// widest interval. origin: as for exact_thresholds(). Sorted, at least one.
ScriptThresholds compact_thresholds(std::span<const float> thresholds, double origin = 0.0);

/// A sent feature and its thresholds as the script reads them.
struct SentFeature {
  std::size_t index = 0;
  std::string name;  ///< a literal
  ScriptThresholds thresholds;
  double outer_width = 0.0;  ///< of the outer intervals of a single threshold
  double mean = 0.0;         ///< stands for a reading where there is no threshold
};

std::vector<SentFeature> sent_features(const model::Model& model, bool compact);

}  // namespace terse::export_js
