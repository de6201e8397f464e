#include "terse/serve/core/prediction_answer.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "terse/model/identity.h"
#include "terse/serve/core/named_predictions.h"

namespace terse::serve::core {
namespace {

void set_predictions(const ServedModel& served, std::span<const float> outputs, Answer& answer) {
  const model::Target& first = std::get<model::Several>(served.model.output).targets.front();
  if (!first.labels().empty()) {
    const auto own = outputs.first(first.outputs());
    answer.prediction = static_cast<float>(std::ranges::max_element(own) - own.begin());
  }
  answer.label = named_predictions(served.model, outputs);
  answer.probabilities = named_probabilities(served.model, outputs);
}

}  // namespace

void set_prediction(const ServedModel& served, std::span<const float> outputs, Answer& answer) {
  const bool finite =
      std::all_of(outputs.begin(), outputs.end(), [](float x) { return std::isfinite(x); });
  answer.verdict = finite ? Verdict::stored : Verdict::refused;
  if (!finite) {
    answer.reason = "the model gives no finite prediction for these readings";
    return;
  }
  answer.prediction = outputs.front();
  if (served.model.several()) return set_predictions(served, outputs, answer);
  const auto* classes = std::get_if<model::Classes>(&served.model.output);
  if (classes == nullptr) return;
  const auto best = std::max_element(outputs.begin(), outputs.end());
  const auto index = static_cast<std::size_t>(best - outputs.begin());
  answer.prediction = static_cast<float>(index);
  answer.label = classes->labels[index];
  answer.probability = *best;
}

std::string length_problem(const ServedModel& served, std::span<const std::uint8_t> payload) {
  if (payload.size() == served.payload_bytes) return "";
  return fmt::format("{} bytes instead of {}", payload.size(), served.payload_bytes);
}

std::string unpack_codes(const ServedModel& served, std::span<const std::uint8_t> payload,
                         std::span<quantize::Code> codes) {
  std::string problem = length_problem(served, payload);
  if (!problem.empty()) return problem;
  const payload::Status status = served.layout.unpack(payload, codes);
  if (status == payload::Status::ok) return "";
  return model::refusal_text(served.model, status, payload);
}

}  // namespace terse::serve::core
