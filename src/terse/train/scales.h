// The scale each feature is trained on: chosen by the user or from the readings, and fitted to the
// training rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/quantize/scale.h"
#include "terse/train/options.h"

namespace terse::train {

/// What became of one feature.
struct ChosenScale {
  quantize::ScaleKind kind = quantize::ScaleKind::linear;  ///< not automatic
  bool bounded = false;  ///< linear, but readings far outside the others are moved to their edge
  std::string reason;    ///< "49 % of its steps are below 0.001 deviations"; empty: asked for
};

/// readings: of one feature, ascending, finite, at least one. linear unless their tails rule their
/// range: then half; or a few lie far outside of it: then linear and bounded.
ChosenScale automatic_scale(std::span<const float> sorted, bool full_precision);

/// The scale of this kind. linear: no knots unless bounded. sorted: as above, not all equal.
quantize::Scale fit_scale(const ChosenScale& chosen, std::span<const float> sorted);

/// Of every feature: what options.scale asks for, or what these rows call for. Throws OptionError
/// for a name that is not a feature, or is one with categories.
std::vector<ChosenScale> chosen_scales(const data::Table& table,
                                       std::span<const std::uint32_t> rows, const Options& options);

/// options with every automatic scale replaced by what these rows call for; a bounded one stays
/// automatic.
Options with_chosen_scales(const data::Table& table, std::span<const std::uint32_t> rows,
                           Options options);

/// Fills mean, deviation and scale of the features that have no categories. With a scale, mean and
/// deviation are those of the readings without what lies far outside.
void fit_scales(const data::Table& table, std::span<const std::uint32_t> rows,
                const Options& options, std::vector<model::Feature>& features);

/// rows.size() x F: the readings as training takes them. readings: of all rows, or of these alone
/// (rows then 0, 1, ...), without gaps.
base::Matrix scaled_readings(base::ConstMatrixView readings, std::span<const std::uint32_t> rows,
                             std::span<const model::Feature> features);

/// "scale NAME", "normal (reason)" of every feature that is not trained on the plain linear scale.
std::vector<std::pair<std::string, std::string>> scale_record(const data::Table& table,
                                                              std::span<const ChosenScale> chosen);

}  // namespace terse::train
