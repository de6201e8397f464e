// Monotone scales of readings. Thresholds and full-precision inputs are trained on readings that
// went through one; a device never needs it, because thresholds map back to raw units.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace terse::quantize {

/// The scale a feature is trained on.
enum class ScaleKind : std::uint8_t {
  automatic,  ///< chosen from the feature's readings
  linear,     ///< less the mean, over the standard deviation
  normal,     ///< normal scores of the ranks
  half,       ///< the mean of the two
  log         ///< sign(x) log(1 + |x| / unit)
};

/// "auto", "linear", "normal", "half", "log".
std::string_view name(ScaleKind kind);
/// The kind of this name, or nothing.
std::optional<ScaleKind> parse_scale_kind(std::string_view name);

/// One corner of a scale.
struct Knot {
  float reading;  ///< raw units
  double value;   ///< scaled

  bool operator==(const Knot&) const = default;
};

/// Straight lines from knot to knot, level outside: additions, multiplications and comparisons
/// alone, so that every program computes the same bits. Readings ascend, values never descend;
/// the scaled reading is then a non-decreasing function of the reading, which folding relies on.
struct Scale {
  std::vector<Knot> knots;  ///< none: the feature is scaled by its mean and deviation

  bool empty() const { return knots.empty(); }
  /// There is at least one knot. NaN stays NaN.
  float scaled(float reading) const;

  bool operator==(const Scale&) const = default;
};

}  // namespace terse::quantize
