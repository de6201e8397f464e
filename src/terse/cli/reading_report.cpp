#include "terse/cli/reading_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "terse/cli/summary.h"
#include "terse/text/quoting.h"
#include "terse/train/reconstruction.h"

namespace terse::cli {
namespace {

using Figures = std::vector<std::pair<std::string, double>>;

std::optional<double> figure(const Figures& figures, std::string_view name) {
  for (const auto& [own, value] : figures) {
    if (own == name) return value;
  }
  return std::nullopt;
}

std::string units_text(std::optional<double> value) {
  return value ? fmt::format("{:.4g}", *value) : "-";
}

std::string verdict(const Figures& figures) {
  constexpr double most_rows = 0.95;
  const auto within = figure(figures, "within");
  if (!within) return "";
  const bool kept = *within >= most_rows;
  return fmt::format("{} ({:.1f} % of the rows within it)", kept ? "kept" : "not kept",
                     100.0 * *within);
}

std::string line_of(const Figures& figures) {
  if (const auto accuracy = figure(figures, "accuracy")) {
    return fmt::format("accuracy {:.4f}", *accuracy);
  }
  std::string line = fmt::format(
      "{:>9}  {:>9}  {:>9}  {:>9}  {}", units_text(figure(figures, "mae")),
      units_text(figure(figures, "error_95")), units_text(figure(figures, "error_worst")),
      units_text(figure(figures, "tolerance")), verdict(figures));
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string reading_report(const model::Model& model, const Figures& metrics) {
  if (!train::gives_back_readings(model)) return "";
  const std::vector<std::size_t> levels = model.levels();
  MetricsOfTargets parts = metrics_of_targets(metrics);
  if (parts.size() > 1) parts.erase(parts.begin());  // the loss of all
  if (parts.size() != levels.size()) return "";
  std::size_t width = std::string_view("reading").size();
  for (const model::Feature& feature : model.features) {
    width = std::max(width, text::printable(feature.name).size());
  }
  std::string report =
      fmt::format("readings given back\n\n{:<{}}  levels  {:>9}  {:>9}  {:>9}  {:>9}", "reading",
                  width, "error", "95 %", "worst", "tolerance");
  for (std::size_t f = 0; f < parts.size(); ++f) {
    report += fmt::format("\n{:<{}}  {:>6}  {}", text::printable(model.features[f].name), width,
                          levels[f], line_of(parts[f].second));
  }
  return report + "\n";
}

}  // namespace terse::cli
