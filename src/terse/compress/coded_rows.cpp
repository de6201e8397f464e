#include "terse/compress/coded_rows.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/base/picked.h"
#include "terse/model/encoder.h"
#include "terse/train/objective.h"
#include "terse/train/options.h"
#include "terse/train/preparation.h"

namespace terse::compress {
namespace {

bool balanced_classes(const model::Model& model) {
  return std::ranges::any_of(model.record.settings, [](const auto& setting) {
    return setting.first == "class_weights" && setting.second == "balanced";
  });
}

void balance(const data::Table& table, std::span<const std::uint32_t> training,
             std::vector<float>& weights) {
  std::vector<double> of_class(table.classes.size(), 0.0);
  for (const std::uint32_t row : training) {
    of_class[static_cast<std::size_t>(table.target[row])] += static_cast<double>(weights[row]);
  }
  for (std::size_t row = 0; row < weights.size(); ++row) {
    const double own = of_class[static_cast<std::size_t>(table.target[row])];
    if (own > 0.0) weights[row] = static_cast<float>(static_cast<double>(weights[row]) / own);
  }
}

}  // namespace

std::vector<float> row_weights(const model::Model& model, const data::Table& table,
                               std::span<const std::uint32_t> training) {
  const bool balanced = !table.classes.empty() && balanced_classes(model);
  if (table.weights.empty() && !balanced) return {};
  std::vector<float> weights = table.weights;
  weights.resize(table.rows(), 1.0F);
  if (balanced) balance(table, training, weights);
  double sum = 0.0;
  for (const std::uint32_t row : training) sum += static_cast<double>(weights[row]);
  if (!(sum > 0.0)) {
    throw base::InputError(table.source, "", "every training row has weight 0",
                           "give some of them a weight above 0");
  }
  const double mean = sum / static_cast<double>(training.size());
  for (float& weight : weights) weight = static_cast<float>(static_cast<double>(weight) / mean);
  return weights;
}

CodedRows coded_rows(const model::Model& model, const data::Table& table,
                     std::span<const std::uint32_t> rows, std::span<const float> weights) {
  CodedRows result;
  result.features = model.features.size();
  TERSE_CHECK(table.features.columns() == result.features);
  result.codes.resize(rows.size() * result.features);
  const model::Encoder encoder(model);
  const model::Number scale = model::decoder::scale(model.output);
  const data::Scaler scaler{{scale.mean}, {scale.deviation}};
  const bool classes = std::holds_alternative<model::Classes>(model.output);
  const train::Objective objective = train::objective_of(model);
  result.loss = classes ? inference::Loss::cross_entropy : objective.loss;
  result.quantile = objective.quantile;
  if (!weights.empty()) result.weights = base::picked(weights, rows);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto readings = table.features.row(rows[r]);
    encoder.encode({readings.data(), 1, readings.size()},
                   {result.codes.data() + r * result.features, result.features});
    const float target = table.target[rows[r]];
    result.targets.push_back(classes ? target
                                     : train::standardised_target(target, objective, scaler));
  }
  return result;
}

}  // namespace terse::compress
