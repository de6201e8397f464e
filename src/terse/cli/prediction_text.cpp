#include "terse/cli/prediction_text.h"

#include <fmt/core.h>

#include "terse/base/overloaded.h"
#include "terse/text/csv.h"
#include "terse/train/metrics.h"

namespace terse::cli {
namespace {

void add_labels(const model::Classes& classes, std::span<const float> outputs,
                std::optional<double> decision_threshold, nlohmann::ordered_json& json) {
  auto labels = nlohmann::ordered_json::array();
  auto probabilities = nlohmann::ordered_json::array();
  const std::size_t count = classes.labels.size();
  for (std::size_t begin = 0; begin < outputs.size(); begin += count) {
    const std::span<const float> row = outputs.subspan(begin, count);
    labels.push_back(classes.labels[train::predicted_class(row, decision_threshold)]);
    probabilities.push_back(std::vector<float>(row.begin(), row.end()));
  }
  json["predictions"] = std::move(labels);
  json["classes"] = classes.labels;
  json["probabilities"] = std::move(probabilities);
}

double prediction_of(const model::Model& model, float output) {
  return model.target_origin + static_cast<double>(output);
}

}  // namespace

std::string prediction_header(const model::Model& model) {
  std::string header = text::csv_field(model.target_name);
  for (const std::string& label : model.labels()) {
    header += "," + text::csv_field(fmt::format("p({})", label));
  }
  return header;
}

// Nine significant digits read back as the same float32.
std::string prediction_fields(const model::Model& model, std::span<const float> outputs,
                              std::optional<double> decision_threshold) {
  return std::visit(base::Overloaded{[&](const model::Number&) {
                                       if (model.target_origin == 0.0) {
                                         return fmt::format("{:.9g}", outputs.front());
                                       }
                                       return fmt::format("{:.15g}",
                                                          prediction_of(model, outputs.front()));
                                     },
                                     [&](const model::Classes& classes) {
                                       const std::size_t own =
                                           train::predicted_class(outputs, decision_threshold);
                                       std::string fields = text::csv_field(classes.labels[own]);
                                       for (const float probability : outputs)
                                         fields += fmt::format(",{:.9g}", probability);
                                       return fields;
                                     }},
                    model.output);
}

void add_predictions(const model::Model& model, std::span<const float> outputs,
                     std::optional<double> decision_threshold, nlohmann::ordered_json& json) {
  json["target"] = model.target_name;
  std::visit(base::Overloaded{[&](const model::Number&) {
                                if (model.target_origin == 0.0) {
                                  json["predictions"] =
                                      std::vector<float>(outputs.begin(), outputs.end());
                                  return;
                                }
                                json["predictions"] = nlohmann::ordered_json::array();
                                for (const float output : outputs) {
                                  json["predictions"].push_back(prediction_of(model, output));
                                }
                              },
                              [&](const model::Classes& classes) {
                                add_labels(classes, outputs, decision_threshold, json);
                              }},
             model.output);
}

void add_decision_threshold(Command& command, std::optional<double>& value) {
  command
      .add_option("--decision-threshold", value,
                  "two classes: probability from which on the second one is predicted (the larger "
                  "probability decides)")
      .between(0.0, 1.0);
}

}  // namespace terse::cli
