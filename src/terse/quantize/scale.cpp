#include "terse/quantize/scale.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "terse/base/error.h"

namespace terse::quantize {
namespace {

constexpr std::pair<ScaleKind, std::string_view> names[] = {{ScaleKind::automatic, "auto"},
                                                            {ScaleKind::linear, "linear"},
                                                            {ScaleKind::normal, "normal"},
                                                            {ScaleKind::half, "half"},
                                                            {ScaleKind::log, "log"}};

}  // namespace

std::string_view name(ScaleKind kind) {
  return names[static_cast<std::size_t>(kind)].second;
}

std::optional<ScaleKind> parse_scale_kind(std::string_view name) {
  for (const auto& [kind, own] : names) {
    if (own == name) return kind;
  }
  return std::nullopt;
}

float Scale::scaled(float reading) const {
  TERSE_CHECK(!knots.empty());
  if (std::isnan(reading)) return reading;
  const auto above = std::ranges::upper_bound(knots, reading, {}, &Knot::reading);
  if (above == knots.begin()) return static_cast<float>(knots.front().value);
  if (above == knots.end()) return static_cast<float>(knots.back().value);
  const Knot& from = *(above - 1);
  const Knot& to = *above;
  const double slope = (to.value - from.value) /
                       (static_cast<double>(to.reading) - static_cast<double>(from.reading));
  const double along = static_cast<double>(reading) - static_cast<double>(from.reading);
  // Rounding must not carry the end of one line above the beginning of the next.
  return static_cast<float>(std::min(from.value + along * slope, to.value));
}

}  // namespace terse::quantize
