// The evaluation of a model on given rows, always with the hard codes it would be deployed with.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::train {

/// How well probabilities of classes fit the true ones.
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

/// Sums in double. Of a classification only `classes` is filled, of a regression all others.
struct Metrics {
  std::size_t rows = 0;
  double mse = 0.0;      ///< on the target standardised by the model's training rows (the paper's)
  double mse_raw = 0.0;  ///< squared target units
  double rmse = 0.0;     ///< target units
  double mae = 0.0;      ///< target units
  double r2 =
      0.0;  ///< 1 - residual / total sum of squares of these rows; 0 if the target is constant

  bool classification = false;
  ClassMetrics classes;

  /// The loss that training minimises: mse, or log_loss.
  double loss() const { return classification ? classes.log_loss : mse; }
  /// Name and value of those that are filled, in the order above.
  std::vector<std::pair<std::string, double>> named() const;
};

/// rows: indices into the table, whose feature columns are the model's in the model's order; at
/// least one. Throws JobError if a prediction is not finite.
Metrics evaluate(const model::Model& model, const data::Table& table,
                 std::span<const std::uint32_t> rows);

/// The table's rows 0, 1, 2, ...
std::vector<std::uint32_t> all_rows(const data::Table& table);

/// probabilities: rows x classes, at least one row; classes: the true class index of each row. Of
/// equal probabilities the first class is predicted.
ClassMetrics class_metrics(base::ConstMatrixView probabilities, std::span<const float> classes);

}  // namespace terse::train
