// Models whose last feature is computed, and its sum in other words.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "model/examples.h"
#include "terse/base/random.h"
#include "terse/model/model.h"

namespace terse::model {

/// On the first `inputs` features of the model. Thresholds are near the middle of the readings,
/// some at the ends.
inline Forest random_forest(const Model& model, std::size_t inputs, std::size_t depth,
                            std::size_t trees, std::uint64_t seed) {
  base::Random random(seed, 3);
  Forest forest;
  for (std::size_t f = 0; f < inputs; ++f) {
    const Feature& feature = model.features[f];
    forest.inputs.push_back({static_cast<std::uint32_t>(f), static_cast<float>(feature.mean),
                             static_cast<float>(8000.0 / feature.deviation)});
  }
  forest.depth = depth;
  const std::size_t splits = (std::size_t{1} << depth) - 1;
  for (std::size_t i = 0; i < trees * splits; ++i) {
    forest.nodes.push_back(static_cast<std::uint8_t>(random.below(inputs)));
    const double place = std::clamp(9000.0 * random.normal(), -32768.0, 32767.0);
    forest.thresholds.push_back(static_cast<std::int16_t>(place));
  }
  for (std::size_t i = 0; i < trees * (splits + 1); ++i) {
    forest.leaves.push_back(static_cast<std::int8_t>(random.below(255)));
  }
  forest.thresholds.front() = 32767;
  forest.thresholds.back() = -32768;
  forest.leaves.front() = -128;
  forest.leaves.back() = 127;
  return forest;
}

/// The model with one more feature: the level of a forest, in `levels` levels.
inline Model with_forest(const FoldInput& input, std::size_t depth = 3, std::size_t trees = 7,
                         std::size_t levels = 8) {
  FoldInput wider = input;
  wider.features.push_back({"level", "", 3.0, 90.0});
  std::vector<float> cuts;
  for (std::size_t c = 1; c < levels; ++c) {
    cuts.push_back((static_cast<float>(c) - 0.5F * static_cast<float>(levels)) / 2.0F);
  }
  wider.thresholds.add_feature(cuts);
  // Steps of hard thresholds: the first layer takes one input more for each.
  base::Random random(17);
  inference::DenseLayer& first = wider.layers.front();
  inference::DenseLayer grown =
      random_layer(first.weights.rows(), first.weights.columns() + cuts.size(), random);
  wider.layers.front() = grown;
  Model model = example_model(wider);
  model.features.back().forest =
      random_forest(model, input.features.size(), depth, trees, 5 + depth);
  return model;
}

/// In doubles, by recursion: the definition in docs/model-format.md.
inline double input_in_other_words(const ForestInput& input, float reading) {
  if (std::isnan(reading)) return -32768.0;
  const float difference =
      static_cast<float>(static_cast<double>(reading) - static_cast<double>(input.offset));
  const float scaled =
      static_cast<float>(static_cast<double>(difference) * static_cast<double>(input.scale));
  return std::clamp(std::floor(static_cast<double>(scaled)), -32768.0, 32767.0);
}

inline int leaf_in_other_words(const Forest& forest, std::size_t tree, std::size_t node,
                               std::span<const float> readings) {
  const std::size_t splits = (std::size_t{1} << forest.depth) - 1;
  if (node >= splits) return forest.leaves[tree * (splits + 1) + node - splits];
  const ForestInput& input = forest.inputs[forest.nodes[tree * splits + node]];
  const bool right = input_in_other_words(input, readings[input.feature]) >
                     static_cast<double>(forest.thresholds[tree * splits + node]);
  return leaf_in_other_words(forest, tree, right ? 2 * node + 2 : 2 * node + 1, readings);
}

inline int sum_in_other_words(const Forest& forest, std::span<const float> readings) {
  int sum = 0;
  for (std::size_t tree = 0; tree < forest.trees(); ++tree) {
    sum += leaf_in_other_words(forest, tree, 0, readings);
  }
  return sum;
}

}  // namespace terse::model
