// The loss that training minimises, on one row's scores: the outputs of the last layer with their
// bias.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace terse::inference {

enum class Loss : std::uint8_t {
  squared_error,  ///< one output, target a number
  cross_entropy   ///< one output per class, target a class index: -log softmax(outputs)[target]
};

/// exp(score) / sum of exp(score) over all classes, computed in double from the largest score, so
/// that none overflows; the sum of the results is 1 up to float rounding. A NaN among the scores
/// makes all results NaN. May be called with both spans the same.
void softmax(std::span<const float> scores, std::span<float> probabilities);

/// -log softmax(scores)[target]; gradient = scale * (softmax(scores) - [index == target]).
/// scores and gradient: one per class, not the same memory; target < classes.
double cross_entropy(std::span<const float> scores, std::size_t target, double scale,
                     std::span<float> gradient);

}  // namespace terse::inference
