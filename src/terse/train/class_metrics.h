// Metrics of a classification: the fit of predicted probabilities to the true classes.
#pragma once

#include <span>

#include "terse/base/matrix.h"

namespace terse::train {

struct ClassMetrics {
  double accuracy = 0.0;  ///< share of rows whose largest probability is the true class's
  double log_loss = 0.0;  ///< mean of -log(probability of the true class), at least 1e-15
  /// Mean over the classes that are true or predicted anywhere of 2 hits / (true + predicted rows).
  double f1_macro = 0.0;
  /// Area under the receiver operating characteristic, ties counted half: of the second class if
  /// there are two, otherwise the mean over classes of one against the rest. NaN if all rows are of
  /// one class.
  double roc_auc = 0.0;
};

/// probabilities: rows x classes, at least one row; classes: the true class index of each row. Of
/// equal probabilities the first class is predicted.
ClassMetrics class_metrics(base::ConstMatrixView probabilities, std::span<const float> classes);

}  // namespace terse::train
