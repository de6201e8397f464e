#include "terse/cli/class_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

constexpr std::size_t confusion_classes_max = 20;

std::string figure(double value) {
  return std::isnan(value) ? "undefined" : fmt::format("{:.4f}", value);
}

using Labels = std::span<const std::string>;

bool trained_balanced(const model::Model& model) {
  return std::ranges::any_of(model.record.settings, [](const auto& setting) {
    return setting.first == "class_weights" && setting.second == "balanced";
  });
}

void print_confusion(Labels labels, const train::ClassMetrics& metrics) {
  std::size_t width = 4;
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : metrics.confusion) {
    cells.emplace_back();
    for (const double count : row) {
      cells.back().push_back(fmt::format("{:.6g}", count));
      width = std::max(width, cells.back().back().size());
    }
  }
  for (const std::string& label : labels) width = std::max(width, label.size());
  fmt::print("\n{:<{}}  predicted\n{:<{}}", "true", width, "", width);
  for (const std::string& label : labels) fmt::print("  {:>{}}", label, width);
  fmt::print("\n");
  for (std::size_t truth = 0; truth < labels.size(); ++truth) {
    fmt::print("{:<{}}", labels[truth], width);
    for (const std::string& cell : cells[truth]) fmt::print("  {:>{}}", cell, width);
    fmt::print("\n");
  }
}

}  // namespace

void print_classes(const model::Model& model, std::span<const std::string> labels,
                   const train::Metrics& metrics, std::optional<double> decision_threshold) {
  const train::ClassMetrics& classes = metrics.classes;
  fmt::print(
      "PR AUC {}, Brier score {}, calibration error {}{}\n", figure(classes.pr_auc),
      figure(classes.brier), figure(classes.calibration_error),
      trained_balanced(model) ? " (trained with balanced class weights: not calibrated)" : "");
  if (decision_threshold) {
    fmt::print("{} is predicted from a probability of {} on\n", text::in_quotes(labels[1]),
               *decision_threshold);
  }
  std::size_t width = 5;
  for (const std::string& label : labels) width = std::max(width, label.size());
  fmt::print("\n{:<{}}  {:>8}  {:>9}  {:>9}  {:>9}\n", "class", width, "rows", "precision",
             "recall", "F1");
  for (std::size_t own = 0; own < labels.size(); ++own) {
    const train::OneClass& one = classes.of_class[own];
    fmt::print("{:<{}}  {:>8.6g}  {:>9}  {:>9}  {:>9}\n", labels[own], width, one.rows,
               figure(one.precision), figure(one.recall), figure(one.f1));
  }
  if (labels.size() <= confusion_classes_max) print_confusion(labels, classes);
}

void add_class_json(std::span<const std::string> labels, const train::Metrics& metrics,
                    nlohmann::ordered_json& json) {
  for (const auto& [name, value] : metrics.more()) json[name] = value;
  json["classes"] = nlohmann::ordered_json::array();
  for (std::size_t own = 0; own < labels.size(); ++own) {
    const train::OneClass& one = metrics.classes.of_class[own];
    json["classes"].push_back({{"label", labels[own]},
                               {"rows", one.rows},
                               {"predicted", one.predicted},
                               {"precision", one.precision},
                               {"recall", one.recall},
                               {"f1", one.f1}});
  }
  json["confusion"] = metrics.classes.confusion;
}

}  // namespace terse::cli
