#include "terse/cli/allocate_view.h"

#include <fmt/core.h>

#include <cmath>

#include "terse/allocate/device_flash.h"
#include "terse/base/new_file.h"
#include "terse/cli/allocate_evidence.h"
#include "terse/cli/allocate_figure.h"
#include "terse/cli/computed_features.h"
#include "terse/cli/recorded_split.h"
#include "terse/cli/summary.h"
#include "terse/cli/training_options.h"
#include "terse/report/draw.h"
#include "terse/text/quoting.h"

namespace terse::cli {

namespace {

double bytes_of(const allocate::CurvePoint& point) {
  return std::ceil(point.bits / 8.0);
}

// Readings that are not sent.
std::vector<std::string> dropped(const data::Table& table, const allocate::CurvePoint& point) {
  std::vector<std::string> names;
  for (std::size_t f = 0; f < table.feature_names.size(); ++f) {
    if (point.levels[f] == 1) names.push_back(table.feature_names[f]);
  }
  return names;
}

std::size_t sent(const data::Table& table, const allocate::CurvePoint& point) {
  return table.feature_names.size() - dropped(table, point).size();
}

bool sends_level(const allocate::CurvePoint& point) {
  return point.computed && point.levels.back() > 1;
}

std::size_t flash_bytes(const model::Forest& forest, const data::Table& table) {
  return allocate::forest_flash_bytes({forest.depth, forest.trees()}, table.feature_names.size());
}

std::string sent_text(const data::Table& table, const allocate::CurvePoint& point) {
  return fmt::format("{}{}", sent(table, point), sends_level(point) ? " and level" : "");
}

nlohmann::ordered_json point_json(const CurveView& view, std::size_t index) {
  const allocate::CurvePoint& point = view.curve.points[index];
  nlohmann::ordered_json json = {{"budget_bits", point.budgets.front()},
                                 {"budgets_bits", point.budgets},
                                 {"bits", point.bits},
                                 {"validation_loss", point.losses.mean()},
                                 {"decoder", decoder_name(point.decoder)},
                                 {"levels", point.levels},
                                 {"dropped", dropped(view.table, point)}};
  if (sends_level(point)) {
    const model::Forest& forest = point.computed->forest;
    json["computed"] = {{"levels", point.levels.back()},
                        {"forest_depth", forest.depth},
                        {"forest_trees", forest.trees()},
                        {"flash_bytes", flash_bytes(forest, view.table)}};
  }
  if (!view.evidence.empty()) add_verdict_json(view.evidence[index], json);
  if (!view.models.empty()) json["test"] = summary_json(view.models[index]);
  return json;
}

// How the points compare, for a person.
void print_points(const CurveView& view) {
  const auto& points = view.curve.points;
  fmt::print("\n{:>6} {:>6}  {:<9} {:<8} {}{}\n", "bits", "bytes",
             loss_name(view.table, view.objective), "decoder", "features sent",
             view.evidence.empty() ? "" : "  against full precision");
  const auto knee = allocate::knee(points);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const allocate::CurvePoint& point = points[i];
    std::string row =
        fmt::format("{:6.1f} {:6.0f}  {:<9.4f} {:<8} {:<13}", point.bits, bytes_of(point),
                    point.losses.mean(), decoder_name(point.decoder), sent_text(view.table, point));
    if (!view.evidence.empty()) {
      row += fmt::format("  {:<15}", stats::name(view.evidence[i].verdict));
    }
    if (i == knee) row += "  <- knee";
    if (i == view.chosen && view.model) row += "  <- chosen";
    fmt::print("{}\n", row.substr(0, row.find_last_not_of(' ') + 1));
  }
}

}  // namespace

nlohmann::ordered_json curve_json(const CurveView& view, const std::string& output) {
  nlohmann::ordered_json json;
  if (view.model) {
    json = summary_json(*view.model);
    json["model"] = output;
  }
  const auto& reference = view.curve.reference;
  if (!reference.losses.rows.empty()) {
    json["full_precision"] = {{"decoder", decoder_name(reference.decoder)},
                              {"validation_loss", reference.losses.mean()}};
  }
  for (const std::string& note : view.table.notes) json["notes"].push_back(with_flags(note));
  if (!view.evidence.empty()) add_answer_json(view, json);
  const auto knee = allocate::knee(view.curve.points);
  json["knee"] = knee ? nlohmann::ordered_json(view.curve.points[*knee].bits) : nullptr;
  json["curve"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < view.curve.points.size(); ++i) {
    json["curve"].push_back(point_json(view, i));
  }
  return json;
}

void print_curve(const CurveView& view, const AllocateArguments& arguments, std::size_t test_rows) {
  const auto& reference = view.curve.reference.losses;
  if (view.curve.points.size() > 1 || !reference.rows.empty()) {
    if (!reference.rows.empty()) {
      fmt::print("full precision ({}): {} {:.4f} on validation rows\n",
                 decoder_name(view.curve.reference.decoder), loss_name(view.table, view.objective),
                 reference.mean());
    }
    print_points(view);
    fmt::print("\n");
    if (!view.evidence.empty()) fmt::print("{}\n", answer_text(view));
  }
  if (!arguments.curve.empty()) {
    fmt::print("saved {0}/curve.csv, {0}/curve.svg and {1} models\n", arguments.curve,
               view.models.size());
  }
  if (!view.model) return;
  const model::Model& model = *view.model;
  fmt::print("{}\n", message_line(model));
  const auto levels = model.levels();
  for (std::size_t f = 0; f < levels.size(); ++f) {
    if (levels[f] > 1)
      fmt::print("  {}: {} levels\n", text::printable(model.features[f].name), levels[f]);
  }
  print_computed_features(model);
  fmt::print("test part ({}{} rows): {}\nsaved {}\n", split_prefix(arguments.training.split),
             test_rows, metrics_line(model.record.metrics), arguments.output);
}

void write_curve(const CurveView& view, const std::string& folder) {
  std::string csv =
      "bits,bytes,validation_loss,test_loss,decoder,features_sent,level,knee,verdict\n";
  const auto& points = view.curve.points;
  const auto knee = allocate::knee(points);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& metrics = view.models[i].record.metrics;
    const std::string_view wanted = view.table.classes.empty() ? "mse" : "log_loss";
    double test = 0.0;
    for (const auto& [name, value] : metrics) {
      if (name == wanted || name == "loss") test = value;
      if (name == "loss") break;
    }
    csv += fmt::format("{:.4f},{:.0f},{:.6g},{:.6g},{},{},{},{},{}\n", points[i].bits,
                       bytes_of(points[i]), points[i].losses.mean(), test,
                       decoder_name(points[i].decoder), sent(view.table, points[i]),
                       sends_level(points[i]) ? points[i].levels.back() : 0, i == knee ? "yes" : "",
                       stats::name(view.evidence[i].verdict));
  }
  base::write_file(folder + "/curve.csv", csv);
  const report::Figure figure = curve_figure(view);
  base::write_file(folder + "/curve.vl.json", figure.spec);
  if (report::can_draw()) {
    report::draw_svg({figure}, folder);
  } else {
    fmt::print(stderr, "{}/curve.svg is not drawn: that needs Node (Debian: nodejs)\n", folder);
  }
}

}  // namespace terse::cli
