// Folding: from the trained network (standardised units, steps or values into a linear layer) to
// the deployed model (raw thresholds, one table row per code). Paper, appendix B; exact for every
// float32 reading.
#pragma once

#include "terse/model/model.h"

namespace terse::model {

/// Everything folding needs besides the parameters.
struct FoldInput {
  quantize::Method method = quantize::Method::bw_sq;
  std::vector<Feature> features;  ///< names, scaler, special levels
  quantize::Thresholds
      thresholds;  ///< standardised units, any order, as used by the trained network
  std::vector<std::vector<float>>
      midpoints;  ///< po-*, pr-*: value of each code per feature, for the sorted thresholds
  /// First layer's inputs as the method gives them, then one per special level of each feature, in
  /// order, that is 1 where the level applies; all others of that feature are then 0.
  std::vector<inference::DenseLayer> layers;
  /// Per special level whether a training row had it; empty: all. A level that was never trained
  /// gets the mean of the feature's other levels (fp: nothing).
  std::vector<bool> special_trained = {};
  /// Per feature its training readings in raw units, ascending and distinct: each threshold then
  /// moves halfway between its neighbours among them. Empty, or a feature's empty: none moves.
  std::vector<std::vector<float>> readings = {};
  /// TabM: submodels x features, 1 or -1; biases and last layer are then as inference::Parameters
  /// has them. Empty: one network. Not in full precision.
  base::Matrix signs = {};
};

/// The largest float32 reading whose standardised value does not exceed `threshold`: x > result
/// exactly when float((double(x) - mean) / deviation) > threshold. -infinity or +infinity if every
/// / no finite reading exceeds it.
float raw_threshold(float threshold, double mean, double deviation);

/// The same for any feature: x > result exactly when feature.scaled(x) > threshold.
float raw_threshold(float threshold, const Feature& feature);

/// The trained thresholds that a model keeps: per feature in raw units, sorted, distinct, without
/// those that every or no finite reading crosses. Categories have none. trained: standardised
/// units, any order; of each feature, or of none (full precision). readings: as FoldInput has them.
quantize::Thresholds raw_thresholds(const quantize::Thresholds& trained,
                                    std::span<const Feature> features,
                                    std::span<const std::vector<float>> readings = {});

/// Sorts, merges thresholds that became equal, drops those that every or no finite reading crosses,
/// and sums the first layer into rows per code, in double. A threshold that every reading crosses
/// is part of all rows; a feature without thresholds has one row and is not sent. Fills method,
/// features, thresholds and decoder of the result; packing, target, output and record are the
/// caller's.
Model fold(const FoldInput& input);

}  // namespace terse::model
