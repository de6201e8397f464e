// The loss that training minimises, on one row's scores: the outputs of the last layer with their
// bias.
#pragma once

#include <cstddef>
#include <span>

#include "terse/inference/parameters.h"

namespace terse::inference {

/// A loss of one output, and its derivative by the output.
struct NumberLoss {
  double value = 0.0;
  double derivative = 0.0;
};

/// squared_error: (output - target)^2. absolute_error: |output - target|, derivative 0 where they
/// are equal. quantile: q * (target - output) above the output, (1 - q) * (output - target) below,
/// which the q-quantile of the targets minimises (Koenker and Bassett, Econometrica 46, 1978); q in
/// (0, 1). poisson: exp(output) - target * output, the negative log likelihood but for what no
/// output changes; beyond an output of 30 the exponential goes on as a straight line, so that no
/// step overflows. Not for cross_entropy.
NumberLoss number_loss(Loss loss, double q, double output, double target);

/// The lowest value that number_loss() comes near for this target: below 0 for poisson, of which
/// half the deviance is left when it is taken away; 0 for all others, and for cross_entropy.
double least_loss(Loss loss, double target);

/// exp(score) / sum of exp(score) over all classes, computed in double from the largest score, so
/// that none overflows; the sum of the results is 1 up to float rounding. A NaN among the scores
/// makes all results NaN. May be called with both spans the same.
void softmax(std::span<const float> scores, std::span<float> probabilities);

/// -log softmax(scores)[target]; gradient = scale * (softmax(scores) - [index == target]).
/// scores and gradient: one per class, not the same memory; target < classes.
double cross_entropy(std::span<const float> scores, std::size_t target, double scale,
                     std::span<float> gradient);

}  // namespace terse::inference
