// The parameters of a multi-layer perceptron as plain arrays, the result of training and the
// content of a model, and the losses that training minimises.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/quantize/thresholds.h"

namespace terse::inference {

/// y = W x + b. weights: outputs x inputs, row-major; bias: outputs.
struct DenseLayer {
  base::Matrix weights;
  std::vector<float> bias;
};

/// layers.front() takes the first layer's input (F values, or one value per threshold for the
/// bitwise methods); ReLU after every layer but the last. thresholds: in standardised units, as
/// trained (unsorted); empty if none.
struct Parameters {
  quantize::Thresholds thresholds;
  std::vector<std::vector<float>> values;  ///< lsq, llt: per feature the value of each code
  std::vector<DenseLayer> layers;
  /// TabM: submodels x groups of inputs, each 1 or -1. Every layer then has a bias for each
  /// submodel, one after the other, and the last one weights, too: (submodels * outputs) x inputs.
  /// Empty: one network.
  base::Matrix signs = {};
};

/// The loss of one row (inference/loss.h).
enum class Loss : std::uint8_t {
  squared_error,   ///< one output, target a number
  cross_entropy,   ///< one output per class, target a class index: -log softmax(outputs)[target]
  absolute_error,  ///< one output, target a number
  quantile,        ///< one output, target a number: the pinball loss of a quantile
  poisson          ///< one output, the logarithm of a rate; target a number of at least 0
};

}  // namespace terse::inference
