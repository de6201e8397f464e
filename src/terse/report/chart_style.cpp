#include "terse/report/chart_style.h"

#include <utility>

#include "terse/report/cells.h"

namespace terse::report {

namespace {

// Text and lines take the page's colour, so that dark, light and print need one drawing.
Json chart_settings() {
  const char* ink = "currentColor";
  return {{"background", nullptr},
          {"font", "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"},
          {"axis",
           {{"labelColor", ink},
            {"titleColor", ink},
            {"domainColor", ink},
            {"tickColor", ink},
            {"gridColor", ink},
            {"gridOpacity", 0.12},
            {"domainOpacity", 0.5},
            {"tickOpacity", 0.5},
            {"titleFontWeight", "normal"},
            {"labelFontSize", 12},
            {"titleFontSize", 13},
            {"titlePadding", 8}}},
          {"legend",
           {{"labelColor", ink},
            {"titleColor", ink},
            {"labelFontSize", 12},
            {"orient", "top"},
            {"symbolOpacity", 1},
            {"columns", 6},
            {"labelLimit", 220}}},
          {"view", {{"stroke", nullptr}}}};
}

// The same method has the same colour and shape in every figure.
Json method_scale(const study::Summary& summary, bool as_shapes) {
  std::vector<std::string> methods{"fp", "bw-sq"};
  for (const study::Cell& cell : summary.cells) add_new(methods, cell.method);
  Json range = Json::array({as_shapes ? "stroke" : grey});
  for (std::size_t m = 1; m < methods.size(); ++m) {
    range.push_back(as_shapes ? shapes[(m - 1) % shapes.size()]
                              : palette[(m - 1) % palette.size()]);
  }
  if (as_shapes) range[0] = "triangle-right";
  return {{"domain", methods}, {"range", range}};
}

}  // namespace

Json document(const std::string& alt, unsigned height, Json values) {
  return {{"$schema", "https://vega.github.io/schema/vega-lite/v5.json"},
          {"description", alt},
          {"width", "container"},
          {"height", height},
          {"autosize", {{"type", "fit"}, {"contains", "padding"}}},
          {"config", chart_settings()},
          {"data", {{"values", std::move(values)}}}};
}

Json field(const char* name, const char* type, const char* title) {
  return {{"field", name}, {"type", type}, {"title", title}};
}

Json method_encoding(const study::Summary& summary, const std::vector<std::string>& methods,
                     bool as_shapes) {
  Json encoding = field("method", "nominal", "");
  encoding["scale"] = method_scale(summary, as_shapes);
  encoding["title"] = nullptr;
  encoding["legend"] = {{"values", methods}, {"title", nullptr}};
  return encoding;
}

std::string text_of(const Json& spec) {
  return spec.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace terse::report
