#include "terse/compress/trace_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace terse::compress {
namespace {

constexpr double width = 640.0;
constexpr double height = 420.0;
constexpr double margin_left = 90.0;
constexpr double margin_right = 20.0;
constexpr double margin_top = 40.0;
constexpr double margin_bottom = 60.0;
constexpr int ticks = 5;

/// From values to places along one axis.
struct Axis {
  double low;
  double high;
  double begin;
  double end;

  double place(double value) const { return begin + (value - low) / (high - low) * (end - begin); }
};

Axis axis_of(std::vector<double> values, double begin, double end) {
  const auto [low, high] = std::ranges::minmax(values);
  const double room = std::max(0.08 * (high - low), 1e-6 * std::max(1.0, high));
  return {low - room, high + room, begin, end};
}

void line(std::string& svg, double x1, double y1, double x2, double y2, std::string_view style) {
  fmt::format_to(std::back_inserter(svg),
                 "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" {}/>\n", x1, y1, x2,
                 y2, style);
}

void text(std::string& svg, double x, double y, std::string_view anchor, std::string_view words) {
  fmt::format_to(std::back_inserter(svg),
                 "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                 words);
}

std::string widths_text(const Widths& widths) {
  return fmt::format("{}", fmt::join(widths, " "));
}

void draw_axes(std::string& svg, const Axis& x, const Axis& y, const Compression& compression) {
  constexpr std::string_view grey = "stroke=\"#ccc\"";
  for (int tick = 0; tick <= ticks; ++tick) {
    const double cost = x.low + (x.high - x.low) * tick / ticks;
    const double loss = y.low + (y.high - y.low) * tick / ticks;
    line(svg, x.place(cost), y.begin, x.place(cost), y.end, grey);
    line(svg, x.begin, y.place(loss), x.end, y.place(loss), grey);
    text(svg, x.place(cost), y.begin + 18.0, "middle",
         compression.cost_is_energy ? fmt::format("{:.3f}", cost) : fmt::format("{:.0f}", cost));
    text(svg, x.begin - 6.0, y.place(loss) + 4.0, "end", fmt::format("{:.4g}", loss));
  }
  text(svg, 0.5 * (x.begin + x.end), height - 14.0, "middle",
       compression.cost_is_energy ? "energy, 8-bit multiply-accumulates = 1" : "bytes");
  text(svg, 10.0, 20.0, "start",
       fmt::format("validation loss; {}: {}", name(compression.status), compression.end));
  constexpr std::string_view dashed = "stroke=\"#c33\" stroke-dasharray=\"6 4\"";
  line(svg, x.place(compression.cost_target), y.begin, x.place(compression.cost_target), y.end,
       dashed);
  line(svg, x.begin, y.place(compression.loss_target), x.end, y.place(compression.loss_target),
       dashed);
}

}  // namespace

std::string trace_figure(const Compression& compression) {
  std::vector<double> costs = {compression.cost_target};
  std::vector<double> losses = {compression.loss_target, compression.reference_loss};
  for (const Step& step : compression.trace) {
    costs.push_back(step.cost);
    losses.push_back(step.loss);
  }
  const Axis x = axis_of(costs, margin_left, width - margin_right);
  const Axis y = axis_of(losses, height - margin_bottom, margin_top);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n",
      width, height);
  draw_axes(svg, x, y, compression);
  const Step* before = nullptr;
  for (const Step& step : compression.trace) {
    if (before != nullptr) {
      line(svg, x.place(before->cost), y.place(before->loss), x.place(step.cost),
           y.place(step.loss), "stroke=\"#369\"");
    }
    before = &step;
  }
  for (std::size_t i = 0; i < compression.trace.size(); ++i) {
    const Step& step = compression.trace[i];
    const bool chosen = step.widths == compression.widths;
    fmt::format_to(std::back_inserter(svg),
                   "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\"><title>{}. {}: {} "
                   "bits, loss {:.6g}</title></circle>\n",
                   x.place(step.cost), y.place(step.loss), chosen ? 7 : 4, chosen ? "#393" : "#369",
                   i + 1, step.action, widths_text(step.widths), step.loss);
  }
  return svg + "</svg>\n";
}

}  // namespace terse::compress
