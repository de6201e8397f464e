// Rows that trees learn from, for tests.
#pragma once

#include <vector>

#include "terse/base/matrix.h"
#include "terse/boosted/boosting.h"
#include "terse/model/decoder/trees.h"

namespace terse::boosted {

struct Rows {
  base::Matrix inputs;
  std::vector<float> targets;
  std::vector<float> weights = {};

  Examples examples() const { return {inputs, targets, weights}; }
};

inline double squared_error(const model::decoder::Trees& trees, const Rows& rows) {
  double sum = 0.0;
  for (std::size_t row = 0; row < rows.targets.size(); ++row) {
    const double error = static_cast<double>(model::decoder::predict(trees, rows.inputs.row(row))) -
                         static_cast<double>(rows.targets[row]);
    sum += error * error;
  }
  return sum / static_cast<double>(rows.targets.size());
}

}  // namespace terse::boosted
