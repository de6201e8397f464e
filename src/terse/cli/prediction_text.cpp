#include "terse/cli/prediction_text.h"

#include <fmt/core.h>

#include "terse/text/csv.h"
#include "terse/train/metrics.h"

namespace terse::cli {
namespace {

using Json = nlohmann::ordered_json;

double prediction_of(const model::Target& target, float output) {
  return target.origin + static_cast<double>(output);
}

// Nine significant digits read back as the same float32.
std::string fields_of(const model::Target& target, std::span<const float> outputs,
                      std::optional<double> decision_threshold) {
  if (target.labels().empty()) {
    if (target.origin == 0.0) return fmt::format("{:.9g}", outputs.front());
    return fmt::format("{:.15g}", prediction_of(target, outputs.front()));
  }
  const std::size_t own = train::predicted_class(outputs, decision_threshold);
  std::string fields = text::csv_field(target.labels()[own]);
  for (const float probability : outputs) fields += fmt::format(",{:.9g}", probability);
  return fields;
}

/// The outputs of one target in the rows of predictions.
struct Part {
  std::span<const float> all;
  std::size_t row_outputs;
  std::size_t first;
  std::size_t count;

  std::size_t rows() const { return all.size() / row_outputs; }
  std::span<const float> row(std::size_t row) const {
    return all.subspan(row * row_outputs + first, count);
  }
};

Json predictions_json(const model::Target& target, const Part& part,
                      std::optional<double> decision_threshold) {
  Json json = Json::array();
  for (std::size_t row = 0; row < part.rows(); ++row) {
    const std::span<const float> outputs = part.row(row);
    if (!target.labels().empty()) {
      json.push_back(target.labels()[train::predicted_class(outputs, decision_threshold)]);
    } else if (target.origin == 0.0) {
      json.push_back(outputs.front());
    } else {
      json.push_back(prediction_of(target, outputs.front()));
    }
  }
  return json;
}

Json probabilities_json(const Part& part) {
  Json json = Json::array();
  for (std::size_t row = 0; row < part.rows(); ++row) {
    const std::span<const float> outputs = part.row(row);
    json.push_back(std::vector<float>(outputs.begin(), outputs.end()));
  }
  return json;
}

}  // namespace

std::string prediction_header(const model::Model& model) {
  std::string header;
  for (const model::Target& target : model.targets()) {
    if (!header.empty()) header += ',';
    header += text::csv_field(target.name);
    const std::string of = model.several() ? target.name + "=" : "";
    for (const std::string& label : target.labels()) {
      header += "," + text::csv_field(fmt::format("p({}{})", of, label));
    }
  }
  return header;
}

std::string prediction_fields(const model::Model& model, std::span<const float> outputs,
                              std::optional<double> decision_threshold) {
  std::string fields;
  std::size_t first = 0;
  for (const model::Target& target : model.targets()) {
    if (first > 0) fields += ',';
    fields += fields_of(target, outputs.subspan(first, target.outputs()), decision_threshold);
    first += target.outputs();
  }
  return fields;
}

void add_predictions(const model::Model& model, std::span<const float> outputs,
                     std::optional<double> decision_threshold, nlohmann::ordered_json& json) {
  const std::vector<model::Target> targets = model.targets();
  if (!model.several()) {
    const model::Target& target = targets.front();
    const Part part{outputs, model.outputs(), 0, model.outputs()};
    json["target"] = target.name;
    json["predictions"] = predictions_json(target, part, decision_threshold);
    if (target.labels().empty()) return;
    json["classes"] = target.labels();
    json["probabilities"] = probabilities_json(part);
    return;
  }
  Json names = Json::array();
  Json predictions = Json::object();
  Json classes = Json::object();
  Json probabilities = Json::object();
  std::size_t first = 0;
  for (const model::Target& target : targets) {
    const Part part{outputs, model.outputs(), first, target.outputs()};
    first += target.outputs();
    names.push_back(target.name);
    predictions[target.name] = predictions_json(target, part, decision_threshold);
    if (target.labels().empty()) continue;
    classes[target.name] = target.labels();
    probabilities[target.name] = probabilities_json(part);
  }
  json["targets"] = std::move(names);
  json["predictions"] = std::move(predictions);
  if (classes.empty()) return;
  json["classes"] = std::move(classes);
  json["probabilities"] = std::move(probabilities);
}

void add_decision_threshold(Command& command, std::optional<double>& value) {
  command
      .add_option("--decision-threshold", value,
                  "two classes: probability from which on the second one is predicted (the larger "
                  "probability decides)")
      .between(0.0, 1.0);
}

}  // namespace terse::cli
