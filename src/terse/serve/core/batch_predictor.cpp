#include "terse/serve/core/batch_predictor.h"

#include "terse/model/identity.h"
#include "terse/serve/core/prediction_answer.h"

namespace terse::serve::core {

BatchPredictor::BatchPredictor(Served served, std::size_t rows_max)
    : served_(std::move(served)),
      predictor_(served_->model, rows_max),
      message_(served_->model.message()),
      codes_(of_codes() ? rows_max * served_->model.features.size() : 0),
      readings_(of_codes() ? 0 : rows_max, served_->model.features.size()),
      outputs_(served_->model.outputs()),
      predictions_(rows_max * outputs_) {}

void BatchPredictor::predict(std::span<const ToPredict> batch) {
  std::vector<Answer*> good;
  for (const ToPredict& each : batch) {
    const std::string problem = unpack(each.payload, good.size());
    if (problem.empty()) {
      good.push_back(each.answer);
    } else {
      each.answer->verdict = Verdict::refused;
      each.answer->reason = problem;
    }
  }
  if (good.empty()) return;
  const std::span predictions = std::span(predictions_).first(good.size() * outputs_);
  const std::size_t features = served_->model.features.size();
  if (of_codes()) {
    predictor_.predict_codes(std::span(codes_).first(good.size() * features), good.size(),
                             predictions);
  } else {
    predictor_.predict({readings_.data(), good.size(), features}, predictions);
  }
  for (std::size_t row = 0; row < good.size(); ++row) {
    set_prediction(*served_, predictions.subspan(row * outputs_, outputs_), *good[row]);
  }
}

std::string BatchPredictor::unpack(std::span<const std::uint8_t> payload, std::size_t row) {
  const std::size_t features = served_->model.features.size();
  if (of_codes()) {
    return unpack_codes(*served_, payload, std::span(codes_).subspan(row * features, features));
  }
  const std::string problem = length_problem(*served_, payload);
  if (!problem.empty()) return problem;
  const payload::Status status =
      std::get<payload::FloatLayout>(message_).unpack(payload, readings_.row(row));
  if (status != payload::Status::ok) return model::refusal_text(served_->model, status, payload);
  return predictor_.takes(readings_.row(row))
             ? ""
             : "a reading is missing, not finite, or not a category of the model";
}

}  // namespace terse::serve::core
