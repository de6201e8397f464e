#include "terse/report/figures.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "terse/quantize/schedule.h"
#include "terse/report/cells.h"
#include "terse/report/chart_style.h"
#include "terse/text/ascii.h"

namespace terse::report {
namespace {

Json cell_values(const study::Cell& cell) {
  const bool has_interval = std::isfinite(cell.loss.half_width);
  const double half = has_interval ? cell.loss.half_width : 0;
  return {{"method", cell.method},
          {"bits", cell.bits},
          {"loss", cell.loss.mean},
          {"low", cell.loss.mean - half},
          {"high", cell.loss.mean + half},
          {"half_width", has_interval ? Json(cell.loss.half_width) : Json(nullptr)},
          {"payload", cell.payload_bits},
          {"bytes", cell.payload_bytes},
          {"compression", cell.compression}};
}

Json cell_tooltip() {
  Json fields = Json::array(
      {field("method", "nominal", "method"), field("bits", "quantitative", "bits per feature"),
       field("loss", "quantitative", "mean loss"), field("half_width", "quantitative", "± (95%)"),
       field("bytes", "quantitative", "payload, bytes"),
       field("compression", "quantitative", "compression")});
  for (const std::size_t number : {2, 3, 5}) fields[number]["format"] = ".4~g";
  return fields;
}

Json loss_axis() {
  Json encoding = field("loss", "quantitative", "mean loss (lower is better)");
  encoding["scale"] = {{"zero", false}};
  return encoding;
}

std::string loss_alt(const study::Summary& summary, const std::string& data) {
  std::string alt = fmt::format("Mean loss against bits per feature on {}.", data);
  const auto widths = bit_widths(summary, data);
  for (const std::string& method : method_names(summary, data)) {
    if (const study::Cell* cell = find_cell(summary, data, method, 0)) {
      alt += fmt::format(" {}: {:.4g}.", method, cell->loss.mean);
      continue;
    }
    std::vector<const study::Cell*> measured;
    for (const unsigned bits : widths) {
      const study::Cell* cell = find_cell(summary, data, method, bits);
      if (cell && std::isfinite(cell->loss.mean)) measured.push_back(cell);
    }
    if (measured.empty()) continue;
    alt += fmt::format(" {}: {:.4g} at {} bits", method, measured.front()->loss.mean,
                       measured.front()->bits);
    if (measured.size() > 1) {
      alt += fmt::format(", {:.4g} at {} bits", measured.back()->loss.mean, measured.back()->bits);
    }
    alt += '.';
  }
  return alt;
}

Json reference_layers(const study::Cell& reference) {
  const Json data = {{"values", Json::array({cell_values(reference)})}};
  Json layers = Json::array();
  layers.push_back(
      {{"data", data},
       {"mark", {{"type", "rect"}, {"color", grey}, {"opacity", 0.2}}},
       {"encoding", {{"y", field("low", "quantitative", "")}, {"y2", {{"field", "high"}}}}}});
  layers.push_back({{"data", data},
                    {"mark", {{"type", "rule"}, {"color", grey}, {"strokeDash", {5, 3}}}},
                    {"encoding", {{"y", loss_axis()}, {"tooltip", cell_tooltip()}}}});
  layers.push_back({{"data", data},
                    {"mark",
                     {{"type", "text"},
                      {"text", "full precision"},
                      {"align", "left"},
                      {"dx", 4},
                      {"dy", -7},
                      {"color", "currentColor"},
                      {"opacity", 0.75},
                      {"fontSize", 12}}},
                    {"encoding", {{"y", loss_axis()}, {"x", {{"value", 0}}}}}});
  return layers;
}

Json loss_spec(const study::Summary& summary, const std::string& data, const std::string& alt) {
  Json values = Json::array();
  std::vector<std::string> methods;
  for (const study::Cell& cell : summary.cells) {
    if (cell.data != data || cell.bits == 0 || !std::isfinite(cell.loss.mean)) continue;
    values.push_back(cell_values(cell));
    add_new(methods, cell.method);
  }
  const auto widths = bit_widths(summary, data);
  Json x = field("bits", "quantitative", "bits per feature");
  x["axis"] = {{"values", widths}, {"grid", false}, {"format", "d"}};
  if (!widths.empty()) {
    x["scale"] = {{"domain", {widths.front() - 0.2, widths.back() + 0.2}}, {"nice", false}};
  }
  Json spec = document(alt, 300, std::move(values));
  const study::Cell* reference = reference_cell(summary, data);
  const bool drawn = reference && std::isfinite(reference->loss.mean);
  Json layers = drawn ? reference_layers(*reference) : Json::array();
  const Json color = method_encoding(summary, methods, false);
  Json low = loss_axis();
  low["field"] = "low";
  layers.push_back(
      {{"mark", {{"type", "area"}, {"opacity", 0.18}}},
       {"encoding", {{"x", x}, {"y", low}, {"y2", {{"field", "high"}}}, {"color", color}}}});
  layers.push_back({{"mark", {{"type", "line"}, {"strokeWidth", 2}}},
                    {"encoding", {{"x", x}, {"y", loss_axis()}, {"color", color}}}});
  layers.push_back({{"mark", {{"type", "point"}, {"filled", true}, {"size", 70}, {"opacity", 1}}},
                    {"encoding",
                     {{"x", x},
                      {"y", loss_axis()},
                      {"color", color},
                      {"shape", method_encoding(summary, methods, true)},
                      {"tooltip", cell_tooltip()}}}});
  spec["layer"] = std::move(layers);
  return spec;
}

Json pareto_spec(const study::Summary& summary, const std::string& data, const std::string& alt) {
  Json values = Json::array();
  for (const study::Cell& cell : summary.cells) {
    if (cell.data == data && std::isfinite(cell.loss.mean)) values.push_back(cell_values(cell));
  }
  Json front = Json::array();
  for (const study::Cell* cell : pareto_front(summary, data)) front.push_back(cell_values(*cell));
  Json x = field("payload", "quantitative", "payload (bits, logarithmic)");
  x["scale"] = {{"type", "log"}, {"nice", false}, {"padding", 12}};
  x["axis"] = {{"format", "~g"}, {"grid", false}, {"tickCount", 6}, {"labelOverlap", true}};
  const auto methods = method_names(summary, data);
  Json spec = document(alt, 300, std::move(values));
  spec["layer"] =
      Json::array({{{"data", {{"values", std::move(front)}}},
                    {"mark",
                     {{"type", "line"},
                      {"interpolate", "step-after"},
                      {"color", grey},
                      {"strokeDash", {4, 3}}}},
                    {"encoding", {{"x", x}, {"y", loss_axis()}}}},
                   {{"mark", {{"type", "point"}, {"filled", true}, {"size", 80}, {"opacity", 0.9}}},
                    {"encoding",
                     {{"x", x},
                      {"y", loss_axis()},
                      {"color", method_encoding(summary, methods, false)},
                      {"shape", method_encoding(summary, methods, true)},
                      {"tooltip", cell_tooltip()}}}}});
  return spec;
}

Json splits_spec(const study::Summary& summary, const std::string& data, const std::string& alt) {
  Json values = Json::array();
  for (const study::Cell& cell : summary.cells) {
    if (cell.data != data) continue;
    for (const double loss : cell.losses) {
      if (!std::isfinite(loss)) continue;
      values.push_back({{"width", cell.bits == 0 ? "fp" : fmt::format("{}", cell.bits)},
                        {"method", cell.method},
                        {"loss", loss}});
    }
  }
  Json order = Json::array({"fp"});
  for (const unsigned bits : bit_widths(summary, data)) order.push_back(fmt::format("{}", bits));
  Json x = field("width", "nominal", "bits per feature");
  x["sort"] = order;
  x["axis"] = {{"labelAngle", 0}};
  Json y = loss_axis();
  y["title"] = "loss of each split";
  Json spec = document(alt, 300, std::move(values));
  spec["mark"] = {{"type", "boxplot"},
                  {"extent", "min-max"},
                  {"size", 9},
                  {"median", {{"color", "white"}}},
                  {"rule", {{"color", "currentColor"}}}};
  spec["encoding"] = {{"x", x},
                      {"xOffset", {{"field", "method"}, {"type", "nominal"}}},
                      {"y", y},
                      {"color", method_encoding(summary, method_names(summary, data), false)}};
  return spec;
}

Json thresholds_spec(const study::FeatureHistogram& histogram, const std::string& alt) {
  Json bars = Json::array();
  const std::size_t bins =
      histogram.edges.empty() ? 0 : std::min(histogram.counts.size(), histogram.edges.size() - 1);
  for (std::size_t b = 0; b < bins; ++b) {
    bars.push_back({{"from", histogram.edges[b]},
                    {"to", histogram.edges[b + 1]},
                    {"rows", histogram.counts[b]}});
  }
  Json ticks = Json::array();
  for (const auto& [method, thresholds] : histogram.thresholds) {
    for (const double threshold : thresholds) {
      if (std::isfinite(threshold)) ticks.push_back({{"method", method}, {"from", threshold}});
    }
  }
  const unsigned height = 90 + 16 * static_cast<unsigned>(histogram.thresholds.size());
  Json spec = document(alt, height, std::move(bars));
  Json x = field("from", "quantitative", "");
  x["title"] = histogram.unit.empty() ? histogram.feature
                                      : fmt::format("{} ({})", histogram.feature, histogram.unit);
  x["scale"] = {{"zero", false}, {"nice", false}};
  x["axis"] = {{"grid", false}, {"titleLimit", 320}};
  Json count = field("rows", "quantitative", "rows");
  count["axis"] = nullptr;
  count["scale"] = {{"zero", true}};
  Json bar_tooltip =
      Json::array({field("from", "quantitative", "from"), field("to", "quantitative", "to"),
                   field("rows", "quantitative", "rows")});
  Json method = field("method", "nominal", "");
  method["title"] = nullptr;
  method["sort"] = nullptr;
  method["axis"] = {{"grid", true}, {"domain", false}, {"ticks", false}};
  Json layers = Json::array();
  layers.push_back({{"mark", {{"type", "rect"}, {"color", grey}, {"opacity", 0.3}}},
                    {"encoding",
                     {{"x", x},
                      {"x2", {{"field", "to"}}},
                      {"y", count},
                      {"y2", {{"datum", 0}}},
                      {"tooltip", bar_tooltip}}}});
  if (!ticks.empty()) {
    layers.push_back(
        {{"data", {{"values", std::move(ticks)}}},
         {"mark", {{"type", "tick"}, {"color", palette[0]}, {"thickness", 2}, {"height", 13}}},
         {"encoding",
          {{"x", x},
           {"y", method},
           {"tooltip", Json::array({field("method", "nominal", "method"),
                                    field("from", "quantitative", "threshold")})}}}});
  }
  spec["layer"] = std::move(layers);
  spec["resolve"] = {{"scale", {{"y", "independent"}}}};
  return spec;
}

Json schedules_spec(const std::string& alt) {
  using quantize::Schedule;
  constexpr unsigned epochs = 50;
  constexpr double end = 1e-3;
  Json values = Json::array();
  for (const Schedule schedule : {Schedule::exponential, Schedule::linear, Schedule::warmup,
                                  Schedule::cosine, Schedule::cyclical}) {
    for (unsigned epoch = 0; epoch < epochs; ++epoch) {
      values.push_back({{"schedule", quantize::name(schedule)},
                        {"epoch", epoch + 1},
                        {"temperature", quantize::temperature(schedule, epoch, epochs, end)}});
    }
  }
  Json y = field("temperature", "quantitative", "temperature (logarithmic)");
  y["scale"] = {{"type", "log"}};
  y["axis"] = {{"format", "~g"}, {"tickCount", 4}};
  Json x = field("epoch", "quantitative", "epoch");
  x["axis"] = {{"grid", false}, {"values", {1, 10, 20, 30, 40, 50}}};
  x["scale"] = {{"domain", {1, epochs}}, {"nice", false}};
  Json color = field("schedule", "nominal", "");
  color["title"] = nullptr;
  color["sort"] = nullptr;
  color["scale"] = {{"range", palette}};
  Json dash = color;
  dash["scale"] = {{"range", {{1, 0}, {6, 2}, {2, 2}, {8, 3, 2, 3}, {4, 4}}}};
  Json spec = document(alt, 240, std::move(values));
  spec["mark"] = {{"type", "line"}, {"strokeWidth", 2}, {"tooltip", true}};
  spec["encoding"] = {{"x", x}, {"y", y}, {"color", color}, {"strokeDash", dash}};
  return spec;
}

std::string file_name(std::string_view kind, std::size_t number, std::string_view text) {
  std::string name = fmt::format("{}-{}", kind, number);
  if (!text.empty()) name += '-';
  for (const char character : text.substr(0, 40)) {
    if (text::is_letter(character) || text::is_digit(character))
      name += character;
    else if (name.back() != '-')
      name += '-';
  }
  while (name.back() == '-') name.pop_back();
  return name;
}

void add_loss_figures(const study::Summary& summary, const std::string& data, std::size_t number,
                      std::vector<Figure>& figures) {
  if (pareto_front(summary, data).empty()) return;
  std::string alt = loss_alt(summary, data);
  figures.push_back({Figure::Kind::loss, data, file_name("loss", number, data),
                     "Mean loss per method and bits per feature. Bands: 95% t-intervals over the "
                     "splits; grey: full precision.",
                     alt, text_of(loss_spec(summary, data, alt))});
  alt = fmt::format("Mean loss against payload on {}. On the Pareto front:", data);
  for (const study::Cell* cell : pareto_front(summary, data)) {
    alt += fmt::format(" {} with {:.4g} bits: {:.4g}.", cell->method, cell->payload_bits,
                       cell->loss.mean);
  }
  figures.push_back({Figure::Kind::pareto, data, file_name("pareto", number, data),
                     "Payload against mean loss. Dashed: the Pareto front, which no other cell "
                     "beats in both.",
                     alt, text_of(pareto_spec(summary, data, alt))});
  alt = fmt::format("Box plots of the loss over {} splits on {}, per method and bits per feature.",
                    summary.splits, data);
  figures.push_back({Figure::Kind::splits, data, file_name("splits", number, data),
                     "Loss over the splits: quartiles and median; whiskers reach the smallest "
                     "and the largest.",
                     alt, text_of(splits_spec(summary, data, alt))});
}

}  // namespace

std::vector<Figure> figures(const study::Summary& summary) {
  std::vector<Figure> figures;
  const auto names = data_names(summary);
  for (std::size_t n = 0; n < names.size(); ++n) {
    add_loss_figures(summary, names[n], n + 1, figures);
  }
  std::size_t number = 0;
  for (const study::FeatureHistogram& histogram : summary.histograms) {
    const std::string alt =
        fmt::format("Histogram of {} on {}, with the thresholds of {} quantizers.",
                    histogram.feature, histogram.data, histogram.thresholds.size());
    figures.push_back(
        {Figure::Kind::thresholds, histogram.data,
         file_name("thresholds", ++number, histogram.feature),
         fmt::format("{}: thresholds over the histogram of its readings.", histogram.feature), alt,
         text_of(thresholds_spec(histogram, alt))});
  }
  const std::string alt =
      "Temperature over 50 epochs for five schedules, all from 1 towards 0.001: exponential falls "
      "by a constant factor, linear by equal steps, warmup stays at 1 for the first half, cosine "
      "is flat at both ends, cyclical falls, rises to 1 again and falls.";
  figures.push_back({Figure::Kind::schedules, "", "schedules",
                     "How the temperature of the soft steps falls during a training of 50 epochs "
                     "to 0.001.",
                     alt, text_of(schedules_spec(alt))});
  return figures;
}

}  // namespace terse::report
