#include "terse/cli/summary.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "terse/base/overloaded.h"

namespace terse::cli {

std::string message_line(const model::Model& model) {
  const double compression = model.compression();
  const std::string_view decoder = model::decoder::name(model.decoder);
  std::string line = fmt::format(
      "{}{}, {} features: {} bits, {} {} a message", quantize::id(model.method),
      decoder == "network" ? "" : fmt::format(" with {} decoder", decoder), model.features.size(),
      model.payload_bits(), model.payload_bytes(), model.payload_bytes() == 1 ? "byte" : "bytes");
  if (std::isfinite(compression)) {
    line += fmt::format(", {:.1f}x smaller than float32", compression);
  }
  return line;
}

std::string metrics_line(const std::vector<std::pair<std::string, double>>& metrics) {
  std::vector<std::string> said;
  for (const auto& [name, value] : metrics) {
    if (name == "mse") said.push_back(fmt::format("MSE {:.4f} (standardised)", value));
    if (name == "rmse") said.push_back(fmt::format("RMSE {:.4g}", value));
    if (name == "mae") said.push_back(fmt::format("MAE {:.4g}", value));
    if (name == "accuracy") said.push_back(fmt::format("accuracy {:.4f}", value));
    if (name == "log_loss") said.push_back(fmt::format("log loss {:.4f}", value));
    if (name == "f1_macro") said.push_back(fmt::format("macro F1 {:.4f}", value));
    if (name == "roc_auc") said.push_back(fmt::format("ROC AUC {:.4f}", value));
    if (name == "r2") said.push_back(fmt::format("R2 {:.4f}", value));
  }
  return fmt::format("{}", fmt::join(said, ", "));
}

std::optional<double> numeric_setting(const model::Model& model, const std::string& name) {
  for (const auto& [key, text] : model.record.settings) {
    if (key != name) continue;
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size()) return value;
  }
  return std::nullopt;
}

nlohmann::ordered_json summary_json(const model::Model& model) {
  nlohmann::ordered_json json;
  json["task"] =
      std::visit(base::Overloaded{[](const model::Number&) { return "regression"; },
                                  [](const model::Classes&) { return "classification"; }},
                 model.output);
  json["method"] = quantize::id(model.method);
  json["decoder"] = model::decoder::name(model.decoder);
  if (model.full_precision()) {
    json["bits"] = 32;
  } else if (const auto bits = numeric_setting(model, "bits"); bits && *bits >= 1 && *bits <= 8) {
    json["bits"] = static_cast<unsigned>(*bits);
  }
  json["features"] = model.features.size();
  json["payload_bits"] = model.payload_bits();
  json["payload_bytes"] = model.payload_bytes();
  const double compression = model.compression();
  json["compression"] = std::isfinite(compression) ? nlohmann::ordered_json(compression) : nullptr;
  for (const auto& [name, value] : model.record.metrics) json[name] = value;
  json["train_seconds"] = model.record.train_seconds;
  json["seed"] = model.record.seed;
  return json;
}

}  // namespace terse::cli
