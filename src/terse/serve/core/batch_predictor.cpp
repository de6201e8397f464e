#include "terse/serve/core/batch_predictor.h"

#include <fmt/core.h>

#include "terse/base/overloaded.h"
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
  if (payload.size() != served_->payload_bytes) {
    return fmt::format("{} bytes instead of {}", payload.size(), served_->payload_bytes);
  }
  const std::size_t features = served_->model.features.size();
  payload::Status status = payload::Status::ok;
  bool taken = true;
  std::visit(base::Overloaded{[&](const payload::Layout& layout) {
                                status = layout.unpack(
                                    payload, std::span(codes_).subspan(row * features, features));
                              },
                              [&](const payload::FloatLayout& layout) {
                                status = layout.unpack(payload, readings_.row(row));
                                taken = predictor_.takes(readings_.row(row));
                              }},
             message_);
  if (status != payload::Status::ok) return model::refusal_text(served_->model, status, payload);
  return taken ? "" : "a reading is missing, not finite, or not a category of the model";
}

}  // namespace terse::serve::core
