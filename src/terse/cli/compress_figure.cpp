#include "terse/cli/compress_figure.h"

#include <fmt/format.h>

#include "terse/report/chart_style.h"
#include "terse/report/pareto.h"

namespace terse::cli {
namespace {

using report::Json;

constexpr unsigned height = 400;

Json target_layer(const char* axis, double value) {
  return {{"data", {{"values", Json::array({{{"target", value}}})}}},
          {"mark", {{"type", "rule"}, {"strokeDash", {6, 4}}, {"color", report::palette[1]}}},
          {"encoding", {{axis, {{"field", "target"}, {"type", "quantitative"}}}}}};
}

Json path_layer(const Json& encoding) {
  Json ordered = encoding;
  ordered["order"] = report::field("step", "quantitative", "step");
  ordered["tooltip"] = Json::array({report::field("step", "quantitative", "step"),
                                    report::field("action", "nominal", "action"),
                                    report::field("widths", "nominal", "bits per layer"),
                                    report::field("loss", "quantitative", "loss")});
  return {{"mark", {{"type", "line"}, {"point", {{"size", 60}}}, {"color", report::palette[0]}}},
          {"encoding", ordered}};
}

// Steps between the configurations that no other one beats in both cost and loss.
Json front_layer(const Json& encoding, Json front) {
  return {{"data", {{"values", std::move(front)}}},
          {"mark",
           {{"type", "line"},
            {"interpolate", "step-after"},
            {"color", report::grey},
            {"strokeDash", {4, 3}}}},
          {"encoding", encoding}};
}

Json chosen_layer(const Json& encoding) {
  return {{"transform", Json::array({{{"filter", "datum.chosen"}}})},
          {"mark", {{"type", "point"}, {"size", 220}, {"color", report::palette[2]}}},
          {"encoding", encoding}};
}

}  // namespace

std::vector<std::size_t> front_of(const compress::Compression& compression) {
  std::vector<report::SizedLoss> sized;
  for (const compress::Step& step : compression.trace) sized.push_back({step.cost, step.loss});
  return report::pareto_front(sized);
}

report::Figure search_figure(const compress::Compression& compression, const std::string& name) {
  Json values = Json::array();
  for (const compress::Step& step : compression.trace) {
    values.push_back({{"step", values.size() + 1},
                      {"action", step.action},
                      {"widths", fmt::format("{}", fmt::join(step.widths, " "))},
                      {"cost", step.cost},
                      {"loss", step.loss},
                      {"chosen", step.widths == compression.widths}});
  }
  Json front = Json::array();
  for (const std::size_t step : front_of(compression)) front.push_back(values[step]);
  Json x = report::field(
      "cost", "quantitative",
      compression.cost_is_energy ? "energy, 8-bit multiply-accumulates = 1" : "bytes");
  x["scale"] = {{"zero", false}};
  Json y = report::field("loss", "quantitative", "validation loss");
  y["scale"] = {{"zero", false}};
  const Json encoding = {{"x", x}, {"y", y}};
  report::Figure figure;
  figure.name = name;
  figure.alt =
      fmt::format("Validation loss against {}: {} configurations and their Pareto front; {}: {}",
                  compression.cost_is_energy ? "energy" : "bytes", compression.trace.size(),
                  compress::name(compression.status), compression.end);
  figure.caption = figure.alt;
  Json spec = report::document(figure.alt, height, std::move(values));
  spec["title"] = fmt::format("{}: {}", compress::name(compression.status), compression.end);
  spec["layer"] = Json::array({front_layer(encoding, std::move(front)), path_layer(encoding),
                               chosen_layer(encoding), target_layer("x", compression.cost_target),
                               target_layer("y", compression.loss_target)});
  figure.spec = report::text_of(spec);
  return figure;
}

}  // namespace terse::cli
