// The parameters of a multi-layer perceptron as plain arrays: the result of training and the
// content of a model.
#pragma once

#include <cstddef>
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
};

}  // namespace terse::inference
