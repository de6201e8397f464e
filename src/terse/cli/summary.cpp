#include "terse/cli/summary.h"

#include <fmt/format.h>

#include <cmath>

#include "terse/base/overloaded.h"
#include "terse/model/identity.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"
#include "terse/train/record.h"

namespace terse::cli {
namespace {

// Of one target.
std::string one_metrics_line(const std::vector<std::pair<std::string, double>>& metrics) {
  std::vector<std::string> said;
  for (const auto& [name, value] : metrics) {
    if (name == "roc_auc" && std::isnan(value)) {
      said.emplace_back("ROC AUC undefined (one class only)");
      continue;
    }
    if (name == "r2" && std::isnan(value)) {
      said.emplace_back("R2 undefined (the target is the same in every row)");
      continue;
    }
    if (name == "loss") said.push_back(fmt::format("loss {:.4f} (as trained)", value));
    if (name == "pinball") said.push_back(fmt::format("pinball loss {:.4g}", value));
    if (name == "poisson_deviance") said.push_back(fmt::format("Poisson deviance {:.4g}", value));
    if (name == "mse") said.push_back(fmt::format("MSE {:.4f} (standardised)", value));
    if (name == "rmse") said.push_back(fmt::format("RMSE {:.4g}", value));
    if (name == "mae") said.push_back(fmt::format("MAE {:.4g}", value));
    if (name == "accuracy") said.push_back(fmt::format("accuracy {:.4f}", value));
    if (name == "log_loss") said.push_back(fmt::format("log loss {:.4f}", value));
    if (name == "f1_macro") said.push_back(fmt::format("macro F1 {:.4f}", value));
    if (name == "roc_auc") said.push_back(fmt::format("ROC AUC {:.4f}", value));
    if (name == "r2") said.push_back(fmt::format("R2 {:.4f}", value));
    if (name == "interval") said.push_back(fmt::format("{:.4g} % interval", 100.0 * value));
    if (name == "coverage") said.push_back(fmt::format("coverage {:.1f} %", 100.0 * value));
    if (name == "interval_width") said.push_back(fmt::format("mean width {:.4g}", value));
  }
  return fmt::format("{}", fmt::join(said, ", "));
}

// Extra trees are stored as any trees are; the record says which they are.
std::string_view decoder_name(const model::Model& model) {
  const std::string_view name = model::decoder::name(model.decoder);
  if (!std::holds_alternative<model::decoder::Trees>(model.decoder)) return name;
  constexpr std::string_view extra = "extra-trees";
  constexpr std::string_view stack = "stack of";
  std::string_view said = name;
  for (const auto& [setting, value] : model.record.settings) {
    if (setting == "decoder" && value == extra) said = extra;
    if (setting == "decoder chosen" && value.starts_with(extra)) said = extra;
    if (setting == "decoder chosen" && value.starts_with(stack)) said = "stack";
  }
  return said;
}

std::string features_text(const model::Model& model) {
  std::string readings = text::counted(model.readings(), "feature");
  const std::size_t computed = model.features.size() - model.readings();
  return computed == 0 ? readings : fmt::format("{} and {} computed", readings, computed);
}

}  // namespace

std::string message_line(const model::Model& model) {
  const double compression = model.compression();
  const std::string_view decoder = decoder_name(model);
  std::string line =
      fmt::format("{}{}, {}: {}{}, {} a message", quantize::id(model.method),
                  decoder == "network" ? "" : fmt::format(" with {} decoder", decoder),
                  features_text(model), text::counted(model.payload_bits(), "bit"),
                  model.tag ? " and a tag" : "", text::counted(model.payload_bytes(), "byte"));
  if (std::isfinite(compression)) {
    line += fmt::format(", {:.1f}x smaller than float32", compression);
  }
  return line;
}

std::string metrics_line(const std::vector<std::pair<std::string, double>>& metrics) {
  const auto parts = metrics_of_targets(metrics);
  if (parts.size() == 1) return one_metrics_line(metrics);
  std::string line = fmt::format("loss {:.4f} (weighted)", parts.front().second.front().second);
  for (std::size_t t = 1; t < parts.size(); ++t) {
    line +=
        fmt::format("; {}: {}", text::printable(parts[t].first), one_metrics_line(parts[t].second));
  }
  return line;
}

MetricsOfTargets metrics_of_targets(const std::vector<std::pair<std::string, double>>& metrics) {
  MetricsOfTargets parts;
  for (const auto& [name, value] : metrics) {
    const std::size_t blank = name.find(' ');
    const std::string target = blank == std::string::npos ? "" : name.substr(blank + 1);
    if (parts.empty() || parts.back().first != target) parts.push_back({target, {}});
    parts.back().second.emplace_back(name.substr(0, blank), value);
  }
  if (parts.empty()) parts.push_back({});
  return parts;
}

void add_metrics(const std::vector<std::pair<std::string, double>>& metrics,
                 nlohmann::ordered_json& json) {
  for (const auto& [target, own] : metrics_of_targets(metrics)) {
    nlohmann::ordered_json& part = target.empty() ? json : json["targets"][target];
    for (const auto& [name, value] : own) {
      part[name] = value;
      if (name == "within") part["kept"] = value >= 0.95;
    }
  }
}

std::string_view loss_name(const train::Metrics& metrics) {
  if (!metrics.targets.empty()) return "weighted loss";
  if (metrics.classification) return "log loss";
  return metrics.objective == train::Objective{} ? "MSE" : "loss";
}

nlohmann::ordered_json summary_json(const model::Model& model) {
  nlohmann::ordered_json json;
  json["task"] = std::visit(base::Overloaded{[](const model::Number&) { return "regression"; },
                                             [](const model::Classes&) { return "classification"; },
                                             [](const model::Several&) { return "several"; }},
                            model.output);
  json["method"] = quantize::id(model.method);
  json["decoder"] = decoder_name(model);
  if (model.full_precision()) {
    json["bits"] = 32;
  } else if (const auto bits = train::recorded_number(model, "bits");
             bits && *bits >= 1 && *bits <= 8) {
    json["bits"] = static_cast<unsigned>(*bits);
  }
  json["features"] = model.features.size();
  json["id"] = model::wire_id(model);
  if (model.tag) json["tag"] = *model.tag;
  json["payload_bits"] = model.payload_bits();
  json["payload_bytes"] = model.payload_bytes();
  json["compression"] = model.compression();  // null for infinity
  add_metrics(model.record.metrics, json);
  json["train_seconds"] = model.record.train_seconds;
  json["seed"] = model.record.seed;
  return json;
}

}  // namespace terse::cli
