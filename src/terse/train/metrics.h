// The evaluation of a model on given rows, always with the hard codes it would be deployed with.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

/// One class against all others.
struct OneClass {
  double rows = 0.0;       ///< true rows (their weight)
  double predicted = 0.0;  ///< rows predicted to be of it
  double precision = 0.0;  ///< hits / predicted; NaN if it is never predicted
  double recall = 0.0;     ///< hits / rows; NaN if no row is of it
  double f1 = 0.0;         ///< 2 hits / (rows + predicted); NaN if both are 0
};

/// How well probabilities of classes fit the true ones. Every row counts by its weight.
struct ClassMetrics {
  double accuracy = 0.0;  ///< share of rows whose largest probability is the true class's
  double log_loss = 0.0;  ///< mean of -log(probability of the true class), at least 1e-15
  /// Mean over the classes that are true or predicted anywhere of 2 hits / (true + predicted rows).
  double f1_macro = 0.0;
  /// Area under the receiver operating characteristic, ties counted half: of the second class if
  /// there are two, otherwise the mean over classes of one against the rest. NaN if all rows are of
  /// one class.
  double roc_auc = 0.0;
  /// Area under precision over recall: the sum of (recall - recall before) * precision over all
  /// thresholds of the probability. Of the second class if there are two, otherwise the mean over
  /// the classes that occur. NaN if no row is of such a class. Guessing gets the class's share.
  double pr_auc = 0.0;
  /// Mean squared distance of the probabilities: of the second class if there are two, otherwise
  /// the sum over classes (Brier, Monthly Weather Review 78, 1950).
  double brier = 0.0;
  /// Expected calibration error: in ten equal bins of the largest probability, how far its mean is
  /// from the share of hits, averaged over rows (Guo et al., ICML 2017).
  double calibration_error = 0.0;
  std::vector<OneClass> of_class;              ///< in the order of the labels
  std::vector<std::vector<double>> confusion;  ///< [true class][predicted class], rows by weight
};

/// How rows count, and when the second of two classes is predicted.
struct Measuring {
  std::span<const float> weights = {};  ///< one per row, not all 0; empty: 1 each
  /// Two classes: the second is predicted from this probability on, in (0, 1); nothing: the larger
  /// probability decides.
  std::optional<double> decision_threshold = {};
};

/// Sums in double; means count rows by their weight, where the table has weights. Of a
/// classification only `classes` is filled, of a regression all others.
struct Metrics {
  std::size_t rows = 0;
  double mse = 0.0;      ///< on the target standardised by the model's training rows (the paper's)
  double mse_raw = 0.0;  ///< squared target units
  double rmse = 0.0;     ///< target units
  double mae = 0.0;      ///< target units
  double r2 = 0.0;       ///< 1 - residual / total sum of squares of these rows; NaN if that is 0

  Objective objective;            ///< what the model was trained for
  double objective_loss = 0.0;    ///< its loss, in the units of the training
  double pinball = 0.0;           ///< Loss::quantile: target units
  double poisson_deviance = 0.0;  ///< Loss::poisson: mean of 2 (y log(y / p) - y + p)

  bool classification = false;
  ClassMetrics classes;

  /// Of a reading that is given back, in its units; every row counts the same.
  bool given_back = false;
  double error_95 = 0.0;  ///< the least error that 95 of 100 rows do not exceed
  double error_worst = 0.0;
  double tolerance = 0.0;  ///< 0: none was asked for
  double within = 0.0;     ///< share of the rows no farther off than the tolerance

  /// Of a number with an interval.
  double interval = 0.0;        ///< the share of rows it was trained to hold; 0: there is none
  double coverage = 0.0;        ///< the share that it holds
  double interval_width = 0.0;  ///< mean, target units

  std::string target;            ///< its name, if it is one of several
  double weight = 1.0;           ///< of the loss among those of the other targets
  std::vector<Metrics> targets;  ///< of several, each; only `rows` is then filled besides

  /// The loss that training minimises: objective_loss (mse by default), or log_loss; of several
  /// targets their weighted mean.
  double loss() const;
  /// Name and value of those that are filled, in the order above, as models record them: "loss",
  /// objective_loss, first where it is not the mean squared error on a linear scale; "mse" only on
  /// a linear scale. Of a classification: accuracy to roc_auc. Of several targets: "loss", then
  /// the names of each with the target's behind them, "rmse yield". Of a reading given back also
  /// error_95 and error_worst, with a tolerance also that and within; of an interval interval,
  /// coverage and interval_width.
  std::vector<std::pair<std::string, double>> named() const;
  /// The single figures that named() leaves out: pr_auc, brier, calibration_error.
  std::vector<std::pair<std::string, double>> more() const;
};

/// rows: indices into the table, whose feature columns are the model's readings in its order; at
/// least one, not all of weight 0 (InputError). Throws JobError if a prediction is not finite.
/// decision_threshold: of Measuring; OptionError if there are not two classes.
Metrics evaluate(const model::Model& model, const data::Table& table,
                 std::span<const std::uint32_t> rows,
                 std::optional<double> decision_threshold = {});

/// Throws OptionError unless the model has two classes or there is no threshold.
void require_two_classes(const model::Model& model, std::optional<double> decision_threshold);

/// The class that is predicted of one row: of equal probabilities the first; with a threshold
/// (Measuring) the second of two from it on. probabilities: one per class.
std::size_t predicted_class(std::span<const float> probabilities,
                            std::optional<double> decision_threshold = {});

/// The table's rows 0, 1, 2, ...
std::vector<std::uint32_t> all_rows(const data::Table& table);

/// probabilities: rows x classes, at least one row; classes: the true class index of each row. Of
/// equal probabilities the first class is predicted.
ClassMetrics class_metrics(base::ConstMatrixView probabilities, std::span<const float> classes,
                           const Measuring& measuring = {});

}  // namespace terse::train
