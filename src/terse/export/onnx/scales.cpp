#include "terse/export/onnx/scales.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace terse::export_onnx {
namespace {

std::string as(OnnxGraph& graph, const std::string& values, OnnxType type) {
  return graph.node("Cast", {values}, {{"to", static_cast<std::int64_t>(type)}});
}

/// The lines of a feature's scale, one more than it has knots: the level ones outside included.
struct ScaleLines {
  std::vector<double> from;
  std::vector<double> value;
  std::vector<double> slope;
  std::vector<double> most;

  void add(double reading, double begin, double rise, double end) {
    from.push_back(reading);
    value.push_back(begin);
    slope.push_back(rise);
    most.push_back(end);
  }
};

// The operations of quantize::Scale, one by one. columns: the features that have knots.
std::string on_lines(OnnxGraph& graph, const model::Model& model, const std::string& readings,
                     const std::vector<std::int64_t>& columns) {
  std::size_t most = 0;
  for (const std::int64_t column : columns) {
    most = std::max(most, model.features[static_cast<std::size_t>(column)].scale.knots.size());
  }
  std::vector<float> knots(columns.size() * most, std::numeric_limits<float>::infinity());
  std::vector<std::int64_t> offsets;
  ScaleLines lines;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto& own = model.features[static_cast<std::size_t>(columns[c])].scale.knots;
    offsets.push_back(static_cast<std::int64_t>(lines.from.size()));
    lines.add(0.0, own.front().value, 0.0, own.front().value);
    for (std::size_t k = 0; k < own.size(); ++k) {
      knots[c * most + k] = own[k].reading;
      if (k + 1 == own.size()) break;
      const quantize::Knot& to = own[k + 1];
      const double run = static_cast<double>(to.reading) - static_cast<double>(own[k].reading);
      lines.add(static_cast<double>(own[k].reading), own[k].value, (to.value - own[k].value) / run,
                to.value);
    }
    lines.add(0.0, own.back().value, 0.0, own.back().value);
  }
  const std::string own =
      graph.node("Gather", {readings, graph.constant(columns, {columns.size()})}, {{"axis", 1}});
  const std::string reached =
      graph.node("GreaterOrEqual", {graph.node("Unsqueeze", {own, graph.number(2)}),
                                    graph.constant(knots, {columns.size(), most})});
  const std::string place = graph.node(
      "ReduceSum", {as(graph, reached, OnnxType::int64), graph.number(2)}, {{"keepdims", 0}});
  const std::string line = graph.node("Add", {place, graph.constant(offsets, {offsets.size()})});
  const auto of_line = [&](const std::vector<double>& table) {
    return graph.node("Gather", {graph.constant(table, {table.size()}), line}, {{"axis", 0}});
  };
  const std::string wide = as(graph, own, OnnxType::float64);
  const std::string along = graph.node("Sub", {wide, of_line(lines.from)});
  const std::string rise = graph.node("Mul", {along, of_line(lines.slope)});
  const std::string height = graph.node("Add", {of_line(lines.value), rise});
  const std::string value = graph.node("Min", {height, of_line(lines.most)});
  // A NaN is on no line; what is added here is 0, or NaN for it.
  return as(graph, graph.node("Add", {value, graph.node("Sub", {wide, wide})}), OnnxType::float32);
}

}  // namespace

std::string on_scales(OnnxGraph& graph, const model::Model& model, const std::string& readings,
                      const std::string& linear) {
  std::vector<std::int64_t> columns;
  std::vector<std::int64_t> order;
  const auto features = static_cast<std::int64_t>(model.features.size());
  for (std::int64_t f = 0; f < features; ++f) {
    const bool knots = !model.features[static_cast<std::size_t>(f)].scale.empty();
    order.push_back(knots ? features + static_cast<std::int64_t>(columns.size()) : f);
    if (knots) columns.push_back(f);
  }
  if (columns.empty()) return linear;
  const std::string both =
      graph.node("Concat", {linear, on_lines(graph, model, readings, columns)}, {{"axis", 1}});
  return graph.node("Gather", {both, graph.constant(order, {order.size()})}, {{"axis", 1}});
}

}  // namespace terse::export_onnx
