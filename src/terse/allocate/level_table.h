// A trained network seen as levels: per feature sorted thresholds and one row of first-layer sums
// per level.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/inference/parameters.h"
#include "terse/quantize/thresholds.h"
#include "terse/train/preparation.h"

namespace terse::allocate {

/// A feature's levels besides those between its thresholds.
struct FeatureShape {
  bool categorical = false;  ///< no levels by thresholds at all
  std::size_t special = 0;   ///< categories, "any other", "missing", in this order
  bool other = false;        ///< whether there is a level for any other category
  bool missing = false;      ///< whether the last one is for gaps

  std::size_t categories() const { return special - (other ? 1 : 0) - (missing ? 1 : 0); }
};

/// Standardised units throughout. Feature f's level k has row first_row(f) + k of `rows`: first the
/// levels between thresholds, then the special ones.
struct LevelTable {
  quantize::Thresholds thresholds;            ///< sorted within each feature
  std::vector<FeatureShape> shapes;           ///< F
  base::Matrix rows;                          ///< sum of levels x units, lowest numeric row zero
  std::vector<float> bias;                    ///< units
  std::vector<inference::DenseLayer> layers;  ///< after the first

  std::size_t features() const { return shapes.size(); }
  std::size_t units() const { return bias.size(); }
  std::size_t outputs() const { return layers.back().bias.size(); }
  /// Levels between thresholds.
  std::size_t numeric_levels(std::size_t feature) const {
    return shapes[feature].categorical ? 0 : thresholds.count(feature) + 1;
  }
  std::size_t levels(std::size_t feature) const {
    return numeric_levels(feature) + shapes[feature].special;
  }
  /// Index into `rows` of the feature's first level.
  std::size_t first_row(std::size_t feature) const;
  /// Of every feature.
  std::vector<std::size_t> levels() const;
  std::size_t special_levels() const;
};

/// From a network trained with InputLayer::soft_steps or hard_steps: one input per threshold, then
/// one per special level, in the order of the features. shapes: F.
LevelTable level_table(const inference::Parameters& parameters, std::vector<FeatureShape> shapes);
/// For a network whose features are all plain numbers.
LevelTable level_table(const inference::Parameters& parameters);

/// The reverse: thresholds and one first-layer weight per threshold, the step from level to level;
/// behind them the special levels, each as a feature with one threshold (special_inputs.h of room
/// train).
inference::Parameters parameters(const LevelTable& table);

/// The number of these rows on each level: one number per row of table.rows. codes: R x F.
std::vector<std::size_t> level_counts(const LevelTable& table,
                                      std::span<const quantize::Code> codes);

/// Levels of R inputs (F standardised readings, then the special levels), row-major R x F.
std::vector<quantize::Code> codes_of(const LevelTable& table, base::ConstMatrixView inputs);

}  // namespace terse::allocate
