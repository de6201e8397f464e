#include "terse/export/onnx/outputs.h"

#include <vector>

#include "terse/base/overloaded.h"

namespace terse::export_onnx {
namespace {

using base::Overloaded;

constexpr OnnxGraph::Attribute to_float64{"to", static_cast<std::int64_t>(OnnxType::float64)};
constexpr OnnxGraph::Attribute to_float32{"to", static_cast<std::int64_t>(OnnxType::float32)};

// ending: of the outputs' names, "" or "_NAME" of one of several targets.
void finish_classes(OnnxGraph& graph, const model::Classes& classes, const std::string& values,
                    const std::string& ending) {
  const std::string probabilities = "probabilities" + ending;
  graph.node("Softmax", {values}, {{"axis", 1}}, probabilities);
  const std::string best = graph.node("ArgMax", {probabilities}, {{"axis", 1}, {"keepdims", 0}});
  graph.node("Gather", {graph.constant(classes.labels, {classes.labels.size()}), best},
             {{"axis", 0}}, "prediction" + ending);
  graph.output("prediction" + ending, OnnxType::text, 0);
  graph.output(probabilities, OnnxType::float32, classes.labels.size());
}

void finish_number(OnnxGraph& graph, const model::Number& number, const std::string& values,
                   const std::string& ending) {
  const std::vector<double> scale{number.deviation};
  const std::vector<double> shift{number.mean};
  const std::string flat = graph.node("Squeeze", {values, graph.number(1)});
  const std::string wide = graph.node("Cast", {flat}, {to_float64});
  const std::string scaled = graph.node("Mul", {wide, graph.constant(scale, {1})});
  std::string moved = graph.node("Add", {scaled, graph.constant(shift, {1})});
  if (number.link == model::Link::exponential) moved = graph.node("Exp", {moved});
  graph.node("Cast", {moved}, {to_float32}, "prediction" + ending);
  graph.output("prediction" + ending, OnnxType::float32, 0);
}

// The columns of each target, finished by themselves.
void finish_several(OnnxGraph& graph, const model::Several& several, const std::string& values) {
  std::int64_t first = 0;
  for (const model::Target& target : several.targets) {
    std::vector<std::int64_t> columns;
    for (std::size_t output = 0; output < target.outputs(); ++output) columns.push_back(first++);
    const std::string own =
        graph.node("Gather", {values, graph.constant(columns, {columns.size()})}, {{"axis", 1}});
    const std::string ending = "_" + target.name;
    std::visit(
        Overloaded{
            [&](const model::Number& number) { finish_number(graph, number, own, ending); },
            [&](const model::Classes& classes) { finish_classes(graph, classes, own, ending); }},
        target.output);
  }
}

}  // namespace

void finish(OnnxGraph& graph, const model::Output& output, const std::string& values) {
  std::visit(
      Overloaded{[&](const model::Number& number) { finish_number(graph, number, values, ""); },
                 [&](const model::Classes& classes) { finish_classes(graph, classes, values, ""); },
                 [&](const model::Several& several) { finish_several(graph, several, values); }},
      output);
}

}  // namespace terse::export_onnx
