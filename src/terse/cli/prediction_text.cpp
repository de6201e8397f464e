#include "terse/cli/prediction_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "terse/text/csv.h"

namespace terse::cli {
namespace {

const std::string& likeliest(const model::Model& model, std::span<const float> outputs) {
  const auto best = std::ranges::max_element(outputs) - outputs.begin();
  return model.classes[static_cast<std::size_t>(best)];
}

}  // namespace

std::string prediction_header(const model::Model& model) {
  std::string header = text::csv_field(model.target_name);
  for (const std::string& label : model.classes) {
    header += "," + text::csv_field(fmt::format("p({})", label));
  }
  return header;
}

// Nine significant digits read back as the same float32.
std::string prediction_fields(const model::Model& model, std::span<const float> outputs) {
  if (model.classes.empty()) return fmt::format("{:.9g}", outputs.front());
  std::string fields = text::csv_field(likeliest(model, outputs));
  for (const float probability : outputs) fields += fmt::format(",{:.9g}", probability);
  return fields;
}

void add_predictions(const model::Model& model, std::span<const float> outputs,
                     nlohmann::ordered_json& json) {
  json["target"] = model.target_name;
  if (model.classes.empty()) {
    json["predictions"] = std::vector<float>(outputs.begin(), outputs.end());
    return;
  }
  auto labels = nlohmann::ordered_json::array();
  auto probabilities = nlohmann::ordered_json::array();
  for (std::size_t begin = 0; begin < outputs.size(); begin += model.outputs()) {
    const std::span<const float> row = outputs.subspan(begin, model.outputs());
    labels.push_back(likeliest(model, row));
    probabilities.push_back(std::vector<float>(row.begin(), row.end()));
  }
  json["predictions"] = std::move(labels);
  json["classes"] = model.classes;
  json["probabilities"] = std::move(probabilities);
}

}  // namespace terse::cli
