#include "terse/cli/allocate_figure.h"

#include <fmt/core.h>

#include "terse/report/chart_style.h"

namespace terse::cli {
namespace {

using report::Json;

constexpr unsigned height = 400;

Json points_layer(const Json& x, const Json& y) {
  const Json tooltip = Json::array({report::field("bits", "quantitative", "bits"),
                                    report::field("loss", "quantitative", "loss"),
                                    report::field("features", "quantitative", "features sent"),
                                    report::field("decoder", "nominal", "decoder"),
                                    report::field("verdict", "nominal", "against full precision")});
  return {{"mark", {{"type", "line"}, {"point", {{"size", 60}}}, {"color", report::palette[0]}}},
          {"encoding", {{"x", x}, {"y", y}, {"tooltip", tooltip}}}};
}

// A ring around the knee and its bits beside it.
Json knee_layer(const Json& x, const Json& y) {
  const Json encoding = {{"x", x}, {"y", y}};
  return {
      {"transform", Json::array({{{"filter", "datum.knee"}}})},
      {"layer",
       Json::array({{{"mark", {{"type", "point"}, {"size", 220}, {"color", report::palette[1]}}},
                     {"encoding", encoding}},
                    {{"mark",
                      {{"type", "text"},
                       {"align", "left"},
                       {"dx", 12},
                       {"dy", -10},
                       {"color", report::palette[1]},
                       {"text", {{"expr", "'knee: ' + format(datum.bits, '.1f') + ' bits'"}}}}},
                     {"encoding", encoding}}})}};
}

// Filled squares over the messages that are shown to be as good as full precision.
Json as_good_layer(const Json& x, const Json& y) {
  return {{"transform", Json::array({{{"filter", "datum.as_good"}}})},
          {"mark",
           {{"type", "point"},
            {"shape", "square"},
            {"filled", true},
            {"size", 110},
            {"opacity", 1},
            {"color", report::palette[2]}}},
          {"encoding", {{"x", x}, {"y", y}}}};
}

Json reference_layer(double loss, const std::string& title) {
  return {{"data", {{"values", Json::array({{{"loss", loss}}})}}},
          {"mark", {{"type", "rule"}, {"strokeDash", {6, 4}}, {"color", report::grey}}},
          {"encoding", {{"y", report::field("loss", "quantitative", title.c_str())}}}};
}

}  // namespace

report::Figure curve_figure(const CurveView& view) {
  Json values = Json::array();
  const auto knee = allocate::knee(view.curve.points);
  for (std::size_t i = 0; i < view.curve.points.size(); ++i) {
    const allocate::CurvePoint& point = view.curve.points[i];
    values.push_back(
        {{"bits", point.bits},
         {"loss", point.losses.mean()},
         {"features", std::ranges::count_if(point.levels, [](std::size_t own) { return own > 1; })},
         {"decoder", std::string(decoder_name(point.decoder))},
         {"verdict", stats::name(view.evidence[i].verdict)},
         {"as_good", stats::as_good(view.evidence[i].verdict)},
         {"knee", i == knee}});
  }
  const std::string title =
      fmt::format("{} on validation rows", loss_name(view.table, view.objective));
  Json x = report::field("bits", "quantitative", "bits of a message (logarithmic)");
  x["scale"] = {{"type", "log"}, {"nice", false}};
  Json y = report::field("loss", "quantitative", title.c_str());
  y["scale"] = {{"zero", false}};
  report::Figure figure;
  figure.name = "curve";
  figure.caption = fmt::format(
      "dashed: full precision; squares: shown to be at most {:.6g} % above it", 100 * view.margin);
  figure.alt = fmt::format("Bits of a message against {}: {} points{}", title,
                           view.curve.points.size(), knee ? ", the knee marked" : "");
  Json spec = report::document(figure.alt, height, std::move(values));
  spec["title"] = figure.caption;
  spec["layer"] = Json::array({points_layer(x, y), as_good_layer(x, y), knee_layer(x, y),
                               reference_layer(view.curve.reference.losses.mean(), title)});
  figure.spec = report::text_of(spec);
  return figure;
}

}  // namespace terse::cli
