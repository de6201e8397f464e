// The loss if one feature at a time gave no reading: it tells which sensors a model can do without.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "terse/train/metrics.h"

namespace terse::train {

/// The code that a device can send for a feature without a reading.
enum class Substitute : std::uint8_t {
  missing_level,  ///< the code that says so
  unseen_level,   ///< any other category than the known ones
  mean,           ///< the code of the mean reading of the training rows
  nothing         ///< no code is honest: a category among known ones
};
/// "missing level", "unseen level", "mean", "nothing".
std::string_view name(Substitute substitute);

struct WithoutFeature {
  std::size_t feature = 0;
  Substitute substitute = Substitute::nothing;
  Metrics metrics;  ///< not filled for Substitute::nothing
};

/// One entry per feature, in model order. Shapes as evaluate().
std::vector<WithoutFeature> evaluate_without_each(const model::Model& model,
                                                  const data::Table& table,
                                                  std::span<const std::uint32_t> rows);

}  // namespace terse::train
