// Readings other than numbers: gaps, and indices of categories. Inside the model room.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/model/model.h"

namespace terse::model {

/// The features of a model that have special levels.
class SpecialReadings {
 public:
  explicit SpecialReadings(const Model& model);

  /// Whether every reading is finite, or a gap or category that the model has a level for.
  bool takes(std::span<const float> readings) const;
  bool none() const { return features_.empty(); }
  /// Replaces the codes of these features, which were made from thresholds alone. readings: NaN in
  /// a gap, an index of a category, or the number of categories for any other; a reading without a
  /// level in the model is the caller's error (checked). codes: rows x F.
  void encode(base::ConstMatrixView readings, std::span<quantize::Code> codes) const;
  /// Full precision: the inputs that follow the standardised readings in a row, 0 in place of the
  /// reading. row: as Shape::inputs has it, the first F of them set.
  void expand(std::span<const float> readings, std::span<float> row) const;

 private:
  struct Special {
    std::size_t index;       ///< of the feature
    std::size_t numeric;     ///< levels from thresholds, 0 for categories
    std::size_t categories;  ///< and the unseen level, if there is one
    bool missing;
  };
  std::size_t special_level(const Special& special, float reading) const;

  std::size_t feature_count_;
  std::vector<Special> features_;
};

}  // namespace terse::model
