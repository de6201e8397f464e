#include "terse/train/metrics.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/picked.h"
#include "terse/inference/loss.h"
#include "terse/model/predictor.h"
#include "terse/train/interval_training.h"
#include "terse/train/objective.h"
#include "terse/train/options.h"
#include "terse/train/reading_trees.h"
#include "terse/train/reconstruction.h"
#include "terse/train/row_blocks.h"

namespace terse::train {
namespace {

/// A target, and where its outputs are among those of a prediction.
struct Measured {
  data::TargetView target;
  std::size_t first = 0;
  std::size_t outputs = 1;
};

// visit(i, outputs): the prediction of rows[i].
template <typename Visit>
void predict_rows(const model::Model& model, const data::Table& table,
                  std::span<const std::uint32_t> rows, const Visit& visit) {
  model::Predictor predictor(model, block_rows);
  const std::size_t outputs = predictor.outputs();
  std::vector<float> predictions(std::min(block_rows, rows.size()) * outputs);
  for_row_blocks(table, rows, [&](std::size_t begin, base::ConstMatrixView readings) {
    predictor.predict(readings, std::span(predictions).first(readings.rows * outputs));
    for (std::size_t i = 0; i < readings.rows; ++i) {
      visit(begin + i, std::span<const float>(predictions).subspan(i * outputs, outputs));
    }
  });
}

/// The predictions of these rows, made block by block; those of several targets, which are measured
/// one after the other, once for all.
class RowPredictions {
 public:
  RowPredictions(const model::Model& model, const data::Table& table,
                 std::span<const std::uint32_t> rows)
      : model_(model), table_(table), rows_(rows) {
    if (!model.several()) return;
    kept_ = base::Matrix(rows.size(), model.outputs());
    predict_rows(model, table, rows, [this](std::size_t i, std::span<const float> prediction) {
      std::ranges::copy(prediction, kept_.row(i).begin());
    });
  }

  /// visit(i, outputs): the prediction of rows[i].
  template <typename Visit>
  void for_each(const Visit& visit) const {
    if (kept_.rows() == 0) return predict_rows(model_, table_, rows_, visit);
    for (std::size_t i = 0; i < kept_.rows(); ++i) visit(i, kept_.row(i));
  }

 private:
  const model::Model& model_;
  const data::Table& table_;
  std::span<const std::uint32_t> rows_;
  base::Matrix kept_;
};

[[noreturn]] void refuse_infinite() {
  throw base::JobError(
      "a prediction is not finite: the data hold values far outside the training range");
}

// Of these rows; empty: 1 each.
std::vector<float> weights_of(const data::Table& table, std::span<const std::uint32_t> rows) {
  if (table.weights.empty()) return {};
  std::vector<float> weights = base::picked(table.weights, rows);
  if (std::ranges::any_of(weights, [](float weight) { return weight > 0.0F; })) return weights;
  throw base::InputError(table.source, "", "every row that is measured has weight 0",
                         "give some of them a weight above 0");
}

Metrics evaluate_classes(const RowPredictions& predictions, const data::Table& table,
                         const Measured& measured, std::span<const std::uint32_t> rows,
                         std::optional<double> decision_threshold) {
  base::Matrix probabilities(rows.size(), measured.outputs);
  std::vector<float> truth(rows.size());
  predictions.for_each([&](std::size_t i, std::span<const float> all) {
    const auto prediction = all.subspan(measured.first, measured.outputs);
    if (!std::isfinite(prediction.front())) refuse_infinite();
    std::ranges::copy(prediction, probabilities.row(i).begin());
    truth[i] = measured.target.values[rows[i]];
  });
  const std::vector<float> weights = weights_of(table, rows);
  Metrics metrics;
  metrics.rows = rows.size();
  metrics.classification = true;
  metrics.classes = class_metrics(probabilities, truth, {weights, decision_threshold});
  return metrics;
}

// 2 (y log(y / p) - y + p), where y log y is 0 at 0.
double deviance_of(double prediction, double target) {
  const double own = target > 0.0 ? target * std::log(target / prediction) : 0.0;
  return 2.0 * (own - target + prediction);
}

// What training minimises, but for what no prediction changes.
double objective_loss(const Objective& objective, const model::Number& number, double prediction,
                      double target) {
  if (objective.loss == inference::Loss::poisson) return deviance_of(prediction, target);
  if (number.link == model::Link::exponential) {
    prediction = std::log(prediction);
    target = std::log(target);
  }
  return inference::number_loss(objective.loss, objective.quantile, prediction / number.deviation,
                                target / number.deviation)
      .value;
}

/// What is said of a reading that is given back.
struct ReadingErrors {
  double tolerance;
  std::size_t within = 0;
  std::vector<double> errors = {};

  void add(double prediction, double error) {
    constexpr double rounding = 0x1p-22;  // of a float32, as bins end where readings are
    errors.push_back(std::abs(error));
    if (std::abs(error) <= tolerance + rounding * std::abs(prediction)) ++within;
  }

  void fill(Metrics& metrics) const {
    constexpr double most_rows = 0.95;
    metrics.given_back = true;
    metrics.tolerance = tolerance;
    metrics.within = static_cast<double>(within) / static_cast<double>(errors.size());
    metrics.error_95 = error_quantile(errors, most_rows);
    metrics.error_worst = *std::ranges::max_element(errors);
  }
};

Metrics evaluate_number(const RowPredictions& predictions, const Objective& objective,
                        const model::Number& number, const data::Table& table,
                        const Measured& measured, std::span<const std::uint32_t> rows,
                        std::optional<double> tolerance) {
  const std::span<const float> targets = measured.target.values;
  const bool plain = objective == Objective{};
  const std::vector<float> weights = weights_of(table, rows);
  const auto weight_of = [&](std::size_t i) {
    return weights.empty() ? 1.0 : static_cast<double>(weights[i]);
  };
  double target_sum = 0.0;
  double count = 0.0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    target_sum += weight_of(i) * static_cast<double>(targets[rows[i]]);
    count += weight_of(i);
  }
  const double target_mean = target_sum / count;
  double residual = 0.0;
  double absolute = 0.0;
  double total = 0.0;
  ReadingErrors errors{tolerance.value_or(0.0)};
  Metrics metrics;
  predictions.for_each([&](std::size_t i, std::span<const float> prediction) {
    const double target = targets[rows[i]];
    const double weight = weight_of(i);
    const auto predicted = static_cast<double>(prediction[measured.first]);
    const double error = predicted - target;
    residual += weight * (error * error);
    absolute += weight * std::abs(error);
    if (tolerance) errors.add(predicted, error);
    total += weight * ((target - target_mean) * (target - target_mean));
    if (plain) return;
    metrics.objective_loss += weight * objective_loss(objective, number, predicted, target);
    if (objective.loss == inference::Loss::quantile) {
      metrics.pinball +=
          weight *
          inference::number_loss(objective.loss, objective.quantile, predicted, target).value;
    }
  });
  if (!std::isfinite(residual)) refuse_infinite();
  metrics.rows = rows.size();
  metrics.objective = objective;
  metrics.mse_raw = residual / count;
  metrics.mse = metrics.mse_raw / (number.deviation * number.deviation);
  metrics.rmse = std::sqrt(metrics.mse_raw);
  metrics.mae = absolute / count;
  metrics.r2 = total > 0.0 ? 1.0 - residual / total : std::numeric_limits<double>::quiet_NaN();
  metrics.objective_loss = plain ? metrics.mse : metrics.objective_loss / count;
  metrics.pinball /= count;
  if (objective.loss == inference::Loss::poisson) metrics.poisson_deviance = metrics.objective_loss;
  if (tolerance) errors.fill(metrics);
  return metrics;
}

// Of rows whose targets are the first of the model's three, lowest and highest behind it.
void measure_interval(const RowPredictions& predictions, const data::Table& table,
                      std::span<const std::uint32_t> rows, double share, Metrics& metrics) {
  const std::vector<float> weights = weights_of(table, rows);
  double held = 0.0;
  double width = 0.0;
  double count = 0.0;
  predictions.for_each([&](std::size_t i, std::span<const float> prediction) {
    const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[i]);
    const float target = table.target[rows[i]];
    if (prediction[1] <= target && target <= prediction[2]) held += weight;
    width += weight * (static_cast<double>(prediction[2]) - static_cast<double>(prediction[1]));
    count += weight;
  });
  metrics.interval = share;
  metrics.coverage = held / count;
  metrics.interval_width = width / count;
}

}  // namespace

double Metrics::loss() const {
  if (targets.empty()) return classification ? classes.log_loss : objective_loss;
  double sum = 0.0;
  double weights = 0.0;
  for (const Metrics& own : targets) {
    sum += own.weight * own.loss();
    weights += own.weight;
  }
  return sum / weights;
}

std::vector<std::pair<std::string, double>> Metrics::named() const {
  if (!targets.empty()) {
    std::vector<std::pair<std::string, double>> all = {{"loss", loss()}};
    for (const Metrics& own : targets) {
      for (const auto& [name, value] : own.named()) {
        all.emplace_back(fmt::format("{} {}", name, own.target), value);
      }
    }
    return all;
  }
  if (classification) {
    return {{"accuracy", classes.accuracy},
            {"log_loss", classes.log_loss},
            {"f1_macro", classes.f1_macro},
            {"roc_auc", classes.roc_auc}};
  }
  std::vector<std::pair<std::string, double>> result;
  if (objective != Objective{}) result.emplace_back("loss", objective_loss);
  const bool logarithm =
      objective.scale == TargetScale::log || objective.loss == inference::Loss::poisson;
  if (!logarithm) result.emplace_back("mse", mse);
  result.emplace_back("mse_raw", mse_raw);
  result.emplace_back("rmse", rmse);
  result.emplace_back("mae", mae);
  result.emplace_back("r2", r2);
  if (objective.loss == inference::Loss::quantile) result.emplace_back("pinball", pinball);
  if (objective.loss == inference::Loss::poisson) {
    result.emplace_back("poisson_deviance", poisson_deviance);
  }
  if (given_back) {
    result.emplace_back("error_95", error_95);
    result.emplace_back("error_worst", error_worst);
    if (tolerance > 0.0) {
      result.emplace_back("tolerance", tolerance);
      result.emplace_back("within", within);
    }
  }
  if (interval > 0.0) {
    result.emplace_back("interval", interval);
    result.emplace_back("coverage", coverage);
    result.emplace_back("interval_width", interval_width);
  }
  return result;
}

std::vector<std::pair<std::string, double>> Metrics::more() const {
  if (!classification) return {};
  return {{"pr_auc", classes.pr_auc},
          {"brier", classes.brier},
          {"calibration_error", classes.calibration_error}};
}

void require_two_classes(const model::Model& model, std::optional<double> decision_threshold) {
  const std::size_t classes = model.labels().size();
  if (!decision_threshold || classes == 2) return;
  const std::string own = model.several() ? "has several targets"
                          : classes == 0  ? "predicts a number"
                                          : fmt::format("has {}", classes);
  throw base::OptionError("decision_threshold", "", "is for two classes; this model " + own,
                          "leave it out");
}

Metrics evaluate(const model::Model& model, const data::Table& table,
                 std::span<const std::uint32_t> rows, std::optional<double> decision_threshold) {
  TERSE_CHECK(!rows.empty() && table.target.size() == table.rows());
  TERSE_CHECK(table.features.columns() == model.readings());
  require_two_classes(model, decision_threshold);
  const std::vector<model::Target> targets = model.targets();
  TERSE_CHECK(table.targets() == targets.size());
  const RowPredictions predictions(model, table, rows);
  Metrics all;
  all.rows = rows.size();
  const double interval = recorded_interval(model);
  const std::vector<double> tolerances =
      gives_back_readings(model) ? recorded_tolerances(model) : std::vector<double>{};
  std::size_t first = 0;
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const Measured own{table.target_view(t), first, targets[t].outputs()};
    const auto* number = std::get_if<model::Number>(&targets[t].output);
    const auto tolerance = tolerances.empty() ? std::nullopt : std::optional<double>(tolerances[t]);
    Metrics metrics = number == nullptr
                          ? evaluate_classes(predictions, table, own, rows, decision_threshold)
                          : evaluate_number(predictions, objective_of(model), *number, table, own,
                                            rows, tolerance);
    if (interval > 0.0) {
      measure_interval(predictions, table, rows, interval, metrics);
      return metrics;
    }
    if (targets.size() == 1) return metrics;
    metrics.target = targets[t].name;
    metrics.weight = targets[t].weight;
    all.targets.push_back(std::move(metrics));
    first += own.outputs;
  }
  return all;
}

std::vector<std::uint32_t> all_rows(const data::Table& table) {
  return base::all_rows(table.rows());
}

}  // namespace terse::train
