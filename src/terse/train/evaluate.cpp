#include "terse/train/metrics.h"

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/overloaded.h"
#include "terse/model/predictor.h"
#include "terse/train/row_blocks.h"

namespace terse::train {
namespace {

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

[[noreturn]] void refuse_infinite() {
  throw base::JobError(
      "a prediction is not finite: the data hold values far outside the training range");
}

Metrics evaluate_classes(const model::Model& model, const data::Table& table,
                         std::span<const std::uint32_t> rows) {
  base::Matrix probabilities(rows.size(), model.outputs());
  std::vector<float> truth(rows.size());
  predict_rows(model, table, rows, [&](std::size_t i, std::span<const float> prediction) {
    if (!std::isfinite(prediction.front())) refuse_infinite();
    std::ranges::copy(prediction, probabilities.row(i).begin());
    truth[i] = table.target[rows[i]];
  });
  Metrics metrics;
  metrics.rows = rows.size();
  metrics.classification = true;
  metrics.classes = class_metrics(probabilities, truth);
  return metrics;
}

Metrics evaluate_number(const model::Model& model, const model::Number& number,
                        const data::Table& table, std::span<const std::uint32_t> rows) {
  double target_sum = 0.0;
  for (const std::uint32_t row : rows) target_sum += table.target[row];
  const double target_mean = target_sum / static_cast<double>(rows.size());
  double residual = 0.0;
  double absolute = 0.0;
  double total = 0.0;
  predict_rows(model, table, rows, [&](std::size_t i, std::span<const float> prediction) {
    const double target = table.target[rows[i]];
    const double error = static_cast<double>(prediction.front()) - target;
    residual += error * error;
    absolute += std::abs(error);
    total += (target - target_mean) * (target - target_mean);
  });
  if (!std::isfinite(residual)) refuse_infinite();
  const auto count = static_cast<double>(rows.size());
  Metrics metrics;
  metrics.rows = rows.size();
  metrics.mse_raw = residual / count;
  metrics.mse = metrics.mse_raw / (number.deviation * number.deviation);
  metrics.rmse = std::sqrt(metrics.mse_raw);
  metrics.mae = absolute / count;
  metrics.r2 = total > 0.0 ? 1.0 - residual / total : 0.0;
  return metrics;
}

}  // namespace

std::vector<std::pair<std::string, double>> Metrics::named() const {
  if (classification) {
    return {{"accuracy", classes.accuracy},
            {"log_loss", classes.log_loss},
            {"f1_macro", classes.f1_macro},
            {"roc_auc", classes.roc_auc}};
  }
  return {{"mse", mse}, {"mse_raw", mse_raw}, {"rmse", rmse}, {"mae", mae}, {"r2", r2}};
}

Metrics evaluate(const model::Model& model, const data::Table& table,
                 std::span<const std::uint32_t> rows) {
  TERSE_CHECK(!rows.empty() && table.target.size() == table.rows());
  TERSE_CHECK(table.features.columns() == model.features.size());
  return std::visit(
      base::Overloaded{
          [&](const model::Classes&) { return evaluate_classes(model, table, rows); },
          [&](const model::Number& number) { return evaluate_number(model, number, table, rows); }},
      model.output);
}

std::vector<std::uint32_t> all_rows(const data::Table& table) {
  return base::all_rows(table.rows());
}

}  // namespace terse::train
