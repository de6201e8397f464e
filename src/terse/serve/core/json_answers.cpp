#include "terse/serve/core/json_answers.h"

#include <fmt/core.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "terse/serve/core/named_predictions.h"
#include "terse/text/hex.h"

namespace terse::serve::core {
namespace {

using Json = nlohmann::ordered_json;

/// What is not UTF-8 (a payload's reason never is, a radio field might be) is replaced.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Written one by one: the tree of a long answer would take ten times its text.
template <class Items, class Make>
std::string array_of(const Items& items, Make make) {
  std::string text = "[";
  for (const auto& item : items) {
    if (text.size() > 1) text += ',';
    text += text_of(make(item));
  }
  return text + "]";
}

/// "prediction": the class, or the number; of several targets "predictions" by their names.
void add_prediction(float value, const std::string& label, Json& json) {
  if (const auto names = json_of_names(label)) {
    Json predictions = Json::parse(*names, nullptr, false);
    json["predictions"] = predictions.is_object() ? std::move(predictions) : Json::object();
  } else {
    json["prediction"] = label.empty() ? shortest_number(value) : Json(label);
  }
}

/// Finds a model once for all answers that follow each other with its name.
class ModelOfAnswer {
 public:
  explicit ModelOfAnswer(const ModelRegistry& registry) : registry_(registry) {}

  const ServedModel* find(const std::string& name) {
    if (!served_ || served_->name != name) served_ = registry_.named(name);
    return served_.get();
  }

 private:
  const ModelRegistry& registry_;
  Served served_;
};

Json json_of(const Answer& answer, ModelOfAnswer& models) {
  Json json;
  json["status"] = word(answer.verdict);
  json["model"] = answer.model;
  json["version"] = answer.version;
  if (!answer.summary.empty()) {
    json["summary"] = answer.summary;
    return json;
  }
  if (!is_acknowledged(answer.verdict)) {
    json["reason"] = answer.reason;
    if (answer.quarantine_id != 0) json["quarantine_id"] = answer.quarantine_id;
    return json;
  }
  add_prediction(answer.prediction, answer.label, json);
  if (answer.probability) json["probability"] = shortest_number(*answer.probability);
  if (!answer.probabilities.empty()) json["probabilities"] = Json::parse(answer.probabilities);
  const ServedModel* served = models.find(answer.model);
  if (served != nullptr && !served->model.several()) {
    json["target"] = served->model.target_name;
    json["unit"] = served->model.target_unit;
  }
  return json;
}

Json prediction_of(const store::Row& row) {
  Json json;
  json["device"] = row.device;
  json["model"] = row.model;
  json["version"] = row.version;
  json["key"] = row.key ? Json(*row.key) : Json(nullptr);
  json["received_ms"] = row.received_ms;
  add_prediction(row.prediction, row.label, json);
  if (!row.label.empty() && !json_of_names(row.label)) {
    json["class"] = static_cast<int>(row.prediction);
  }
  return json;
}

Json json_of(const store::Row& row) {
  Json json = prediction_of(row);
  json["payload"] = text::to_hex(row.payload);
  if (!row.radio.empty()) json["radio"] = Json::parse(row.radio, nullptr, false);
  if (row.measured_ms) json["measured_ms"] = *row.measured_ms;
  if (!row.session.empty()) json["session"] = row.session;
  if (row.run != 0) json["run"] = row.run;
  if (!row.sender.empty()) json["sender"] = row.sender;
  return json;
}

Json with_overdue(Json json, std::optional<bool> overdue) {
  if (overdue) json["overdue"] = *overdue;
  return json;
}

Json targets_of(const model::Model& model) {
  Json json = Json::array();
  for (const model::Target& target : model.targets()) {
    json.push_back({{"name", target.name}, {"unit", target.unit}});
    if (!target.labels().empty()) json.back()["classes"] = target.labels();
  }
  return json;
}

Json card(const ServedModel& served) {
  const model::Model& model = served.model;
  Json json;
  json["name"] = served.name;
  json["version"] = served.version;
  json["id"] = served.id;
  if (model.several()) {
    json["targets"] = targets_of(model);
  } else {
    json["target"] = model.target_name;
    json["unit"] = model.target_unit;
    if (!model.labels().empty()) json["classes"] = model.labels();
  }
  json["payload_bits"] = model.payload_bits();
  json["payload_bytes"] = served.payload_bytes;
  json["float_bytes"] = 4 * model.readings();
  json["tag"] = model.tag ? Json(*model.tag) : Json(nullptr);
  const auto levels = model.levels();
  json["features"] = Json::array();
  for (std::size_t feature = 0; feature < model.features.size(); ++feature) {
    json["features"].push_back(
        {{"name", model.features[feature].name}, {"levels", levels[feature]}});
  }
  json["trained_on"] = model.record.data;
  json["metrics"] = Json::object();
  for (const auto& [name, value] : model.record.metrics) {
    json["metrics"][name] = std::isfinite(value) ? Json(value) : Json(nullptr);
  }
  return json;
}

}  // namespace

std::string to_json(const Answer& answer, const ModelRegistry& registry) {
  ModelOfAnswer models(registry);
  return text_of(json_of(answer, models));
}

std::string to_json(std::span<const Answer> answers, const ModelRegistry& registry) {
  ModelOfAnswer models(registry);
  return array_of(answers, [&models](const Answer& answer) { return json_of(answer, models); });
}

std::string to_json(const store::Row& row, std::optional<bool> overdue) {
  return text_of(with_overdue(json_of(row), overdue));
}

std::string prediction_json(const store::Row& row, std::optional<bool> overdue) {
  return text_of(with_overdue(prediction_of(row), overdue));
}

std::string to_json(std::span<const store::Row> rows) {
  return array_of(rows, [](const store::Row& row) { return json_of(row); });
}

std::string to_json(std::span<const store::DeviceSummary> devices, const Heartbeats& heartbeats,
                    std::int64_t now_ms) {
  return array_of(devices, [&](const store::DeviceSummary& device) {
    Json json = {
        {"device", device.device}, {"model", device.model}, {"received_ms", device.received_ms}};
    add_prediction(device.prediction, device.label, json);
    if (device.measured_ms) json["measured_ms"] = *device.measured_ms;
    const auto overdue = heartbeats.overdue(device.model, device.received_ms, now_ms);
    return with_overdue(std::move(json), overdue);
  });
}

std::string to_json(std::span<const store::Refusal> refusals) {
  return array_of(refusals, [](const store::Refusal& refusal) {
    return Json{{"id", refusal.id},
                {"device", refusal.device},
                {"model", refusal.model},
                {"received_ms", refusal.received_ms},
                {"payload", text::to_hex(refusal.payload)},
                {"reason", refusal.reason}};
  });
}

std::string to_json(std::span<const FeatureDrift> drifts) {
  Json json = Json::array();
  for (const FeatureDrift& drift : drifts) {
    json.push_back({{"model", drift.model},
                    {"version", drift.version},
                    {"feature", drift.feature},
                    {"index", drift.index},
                    {"messages", drift.messages},
                    {"received", drift.received},
                    {"trained", drift.trained}});
  }
  return text_of(json);
}

std::string to_json(std::span<const Served> models) {
  Json json = Json::array();
  for (const Served& served : models) json.push_back(card(*served));
  return text_of(json);
}

std::string error_json(const std::string& message) {
  return text_of(Json{{"error", message}});
}

}  // namespace terse::serve::core
