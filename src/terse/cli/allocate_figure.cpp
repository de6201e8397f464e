#include "terse/cli/allocate_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace terse::cli {
namespace {

constexpr double width = 720.0;
constexpr double height = 420.0;
constexpr double left = 80.0;
constexpr double right = 20.0;
constexpr double top = 30.0;
constexpr double bottom = 55.0;

/// Where numbers lie on the drawing: bits by their logarithm, losses as they are.
struct Axes {
  double bits_min, bits_max, loss_min, loss_max;

  double x(double bits) const {
    const double share = std::log(bits / bits_min) / std::log(bits_max / bits_min);
    return left + share * (width - left - right);
  }
  double y(double loss) const {
    return height - bottom - (loss - loss_min) / (loss_max - loss_min) * (height - top - bottom);
  }
};

Axes axes_of(const CurveView& view) {
  Axes axes{1e9, 1.0, 1e300, 0.0};
  for (const allocate::CurvePoint& point : view.curve.points) {
    axes.bits_min = std::min(axes.bits_min, std::max(1.0, point.bits));
    axes.bits_max = std::max(axes.bits_max, point.bits);
    axes.loss_min = std::min(axes.loss_min, point.losses.mean());
    axes.loss_max = std::max(axes.loss_max, point.losses.mean());
  }
  const auto& reference = view.curve.reference.losses;
  if (!reference.rows.empty()) axes.loss_min = std::min(axes.loss_min, reference.mean());
  axes.bits_max = std::max(axes.bits_max, axes.bits_min * 1.5);
  const double margin = std::max(0.05 * (axes.loss_max - axes.loss_min), 1e-9 * axes.loss_max);
  axes.loss_min -= margin;
  axes.loss_max += std::max(margin, 1e-12);
  return axes;
}

std::string grid(const Axes& axes, std::string_view loss) {
  std::string svg;
  for (double bits = 1.0; bits <= axes.bits_max * 1.001; bits *= 2.0) {
    if (bits < axes.bits_min * 0.999) continue;
    svg += fmt::format(
        "<line x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2}\" stroke=\"#ddd\"/>"
        "<text x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\">{4:.0f}</text>\n",
        axes.x(bits), top, height - bottom, height - bottom + 18, bits);
  }
  for (int tick = 0; tick <= 4; ++tick) {
    const double value = axes.loss_min + (axes.loss_max - axes.loss_min) * tick / 4.0;
    svg += fmt::format(
        "<line x1=\"{0}\" y1=\"{1:.1f}\" x2=\"{2}\" y2=\"{1:.1f}\" stroke=\"#ddd\"/>"
        "<text x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:.4g}</text>\n",
        left, axes.y(value), width - right, left - 8, axes.y(value) + 4, value);
  }
  svg += fmt::format(
      "<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"middle\">bits of a message</text>\n"
      "<text x=\"18\" y=\"{:.0f}\" text-anchor=\"middle\" "
      "transform=\"rotate(-90 18 {:.0f})\">{} on validation rows</text>\n",
      (left + width - right) / 2, height - 12, height / 2, height / 2, loss);
  return svg;
}

std::string reference_line(const CurveView& view, const Axes& axes) {
  const auto& reference = view.curve.reference.losses;
  if (reference.rows.empty()) return "";
  const double y = axes.y(reference.mean());
  return fmt::format(
      "<line x1=\"{0}\" y1=\"{1:.1f}\" x2=\"{2}\" y2=\"{1:.1f}\" stroke=\"#808080\" "
      "stroke-dasharray=\"6 4\"/><text x=\"{3}\" y=\"{4:.1f}\" fill=\"#808080\" "
      "text-anchor=\"end\">full precision {5:.4g}</text>\n",
      left, y, width - right, width - right - 4, y - 6, reference.mean());
}

}  // namespace

std::string curve_svg(const CurveView& view) {
  const Axes axes = axes_of(view);
  std::string path;
  std::string marks;
  const std::size_t knee = allocate::knee(view.curve.points);
  for (std::size_t i = 0; i < view.curve.points.size(); ++i) {
    const allocate::CurvePoint& point = view.curve.points[i];
    const double x = axes.x(std::max(1.0, point.bits));
    const double y = axes.y(point.losses.mean());
    path += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : " L", x, y);
    marks += fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\"><title>{:.1f} bits: {:.4g}"
        "</title></circle>\n",
        x, y, i == knee ? 7 : 4, i == knee ? "#D55E00" : "#0072B2", point.bits,
        point.losses.mean());
    if (i != knee) continue;
    marks +=
        fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"#D55E00\">knee: {:.1f} bits</text>\n",
                    x + 10, y - 8, point.bits);
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" "
      "font-family=\"sans-serif\" font-size=\"13\">\n<title>Bits of a message against {}</title>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{}{}"
      "<path d=\"{}\" fill=\"none\" stroke=\"#0072B2\" stroke-width=\"2\"/>\n{}</svg>\n",
      width, height, loss_name(view.table), grid(axes, loss_name(view.table)),
      reference_line(view, axes), path, marks);
}

}  // namespace terse::cli
