#include "terse/export/onnx_models.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "terse/error.h"
#include "terse/export/onnx_graph.h"
#include "terse/export/onnx_payload.h"

namespace terse::exporting {
namespace {

constexpr OnnxGraph::Attribute to_int64{"to", static_cast<std::int64_t>(OnnxType::int64)};
constexpr OnnxGraph::Attribute to_float64{"to", static_cast<std::int64_t>(OnnxType::float64)};
constexpr OnnxGraph::Attribute to_float32{"to", static_cast<std::int64_t>(OnnxType::float32)};

// readings, rows x F, to codes, rows x F, as the result `codes`.
std::string encode(OnnxGraph& graph, const model::Model& model, const std::string& readings) {
  std::size_t most = 1;
  const std::size_t features = model.features.size();
  for (std::size_t f = 0; f < features; ++f) most = std::max(most, model.thresholds.count(f));
  // No reading is above infinity: what fills up a row counts for nothing.
  std::vector<float> thresholds(features * most, std::numeric_limits<float>::infinity());
  for (std::size_t f = 0; f < features; ++f) {
    std::ranges::copy(model.thresholds.of(f),
                      thresholds.begin() + static_cast<std::ptrdiff_t>(f * most));
  }
  const std::string deep = graph.node("Unsqueeze", {readings, graph.number(2)});
  const std::string above =
      graph.node("Greater", {deep, graph.constant(thresholds, {features, most})});
  return graph.node("ReduceSum", {graph.node("Cast", {above}, {to_int64}), graph.number(2)},
                    {{"keepdims", 0}}, "codes");
}

// Layers and the target's unit, from what the first layer gives or, for fp, takes.
void finish(OnnxGraph& graph, const model::Model& model, std::string values, bool begin_with_relu) {
  for (std::size_t l = 0; l < model.layers.size(); ++l) {
    if (l > 0 || begin_with_relu) values = graph.node("Relu", {values});
    const network::DenseLayer& layer = model.layers[l];
    const std::size_t outputs = layer.weights.rows();
    const std::string weights =
        graph.constant(layer.weights.values(), {outputs, layer.weights.columns()});
    values = graph.node("Gemm", {values, weights, graph.constant(layer.bias, {outputs})},
                        {{"transB", 1}});
  }
  const std::vector<double> scale{model.target_deviation};
  const std::vector<double> shift{model.target_mean};
  const std::string flat = graph.node("Squeeze", {values, graph.number(1)});
  const std::string wide = graph.node("Cast", {flat}, {to_float64});
  const std::string scaled = graph.node("Mul", {wide, graph.constant(scale, {1})});
  const std::string moved = graph.node("Add", {scaled, graph.constant(shift, {1})});
  graph.node("Cast", {moved}, {to_float32}, "prediction");
  graph.output("prediction", OnnxType::float32, 0);
}

// codes to prediction. wrong: see OnnxUnpacked, or none; checked: whether codes may be impossible.
void predict(OnnxGraph& graph, const model::Model& model, const std::string& codes, bool checked,
             const std::optional<std::string>& wrong) {
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int64_t> levels;
  for (const std::size_t count : model.levels()) {
    levels.push_back(static_cast<std::int64_t>(count));
    offsets.push_back(offsets.back() + levels.back());
  }
  offsets.pop_back();
  std::string rows = graph.node("Add", {codes, graph.constant(offsets, {offsets.size()})});
  // A row that is not there stops the run: ONNX has no other way to refuse an input.
  const std::string nowhere = graph.number(std::int64_t{1} << 40);
  const auto refuse = [&](const std::string& condition) {
    const std::string flag = graph.node("Cast", {condition}, {to_int64});
    rows = graph.node("Add", {rows, graph.node("Mul", {flag, nowhere})});
  };
  if (checked) {
    const std::string limits = graph.constant(levels, {levels.size()});
    refuse(graph.node("Or", {graph.node("GreaterOrEqual", {codes, limits}),
                             graph.node("Less", {codes, graph.number(0)})}));
  }
  if (wrong) refuse(graph.node("Greater", {*wrong, graph.number(0)}));
  const std::string table =
      graph.constant(model.table.values(), {model.table.rows(), model.table.columns()});
  const std::string picked = graph.node("Gather", {table, rows}, {{"axis", 0}});
  const std::string sums = graph.node("ReduceSum", {picked, graph.number(1)}, {{"keepdims", 0}});
  const std::string bias = graph.constant(model.table_bias, {model.table_bias.size()});
  finish(graph, model, graph.node("Add", {sums, bias}), true);
}

void standardise_and_predict(OnnxGraph& graph, const model::Model& model,
                             const std::string& readings) {
  std::vector<double> means;
  std::vector<double> deviations;
  for (const model::Feature& feature : model.features) {
    means.push_back(feature.mean);
    deviations.push_back(feature.deviation);
  }
  const std::string wide = graph.node("Cast", {readings}, {to_float64});
  const std::string centred = graph.node("Sub", {wide, graph.constant(means, {means.size()})});
  const std::string scaled =
      graph.node("Div", {centred, graph.constant(deviations, {deviations.size()})});
  finish(graph, model, graph.node("Cast", {scaled}, {to_float32}), false);
}

std::vector<std::pair<std::string, std::string>> metadata_of(const model::Model& model) {
  std::vector<std::string> names;
  for (const model::Feature& feature : model.features) names.push_back(feature.name);
  std::vector<std::pair<std::string, std::string>> metadata{
      {"terse.method", std::string(quantize::id(model.method))},
      {"terse.target", model.target_name},
      {"terse.target_unit", model.target_unit},
      {"terse.features", fmt::format("{}", fmt::join(names, "\n"))},
      {"terse.levels", fmt::format("{}", fmt::join(model.levels(), " "))},
      {"terse.packing", model.packing == payload::Packing::bits ? "bits" : "radix"},
      {"terse.payload_bytes", fmt::format("{}", model.payload_bytes())},
      {"terse.data_hash", model.record.data_hash}};
  if (model.tag) metadata.emplace_back("terse.tag", fmt::format("{}", *model.tag));
  return metadata;
}

}  // namespace

std::vector<File> onnx_files(const model::Model& model, const std::string& name) {
  const std::size_t features = model.features.size();
  const auto metadata = metadata_of(model);
  std::vector<File> files;
  const auto add = [&](std::string_view kind, auto build) {
    OnnxGraph graph(fmt::format("{} from {}", name, kind));
    build(graph);
    files.push_back({fmt::format("{}-{}.onnx", name, kind), graph.file(metadata)});
    if (files.back().bytes.size() > std::numeric_limits<std::int32_t>::max()) {
      throw InputError("--to onnx", "", "the graph would be larger than ONNX's 2 GiB",
                       "train with fewer units");
    }
  };
  add("readings", [&](OnnxGraph& graph) {
    const std::string readings = graph.input("readings", OnnxType::float32, features);
    if (model.method == quantize::Method::fp)
      return standardise_and_predict(graph, model, readings);
    const std::string codes = encode(graph, model, readings);
    graph.output("codes", OnnxType::int64, features);
    predict(graph, model, codes, false, std::nullopt);
  });
  if (model.method == quantize::Method::fp) return files;
  add("codes", [&](OnnxGraph& graph) {
    predict(graph, model, graph.input("codes", OnnxType::int64, features), true, std::nullopt);
  });
  if (model.payload_bits() == 0) return files;
  add("payload", [&](OnnxGraph& graph) {
    const std::string payload = graph.input("payload", OnnxType::uint8, model.payload_bytes());
    const OnnxUnpacked unpacked = onnx_unpack(graph, model.layout(), payload);
    const std::string codes = graph.node("Identity", {unpacked.codes}, {}, "codes");
    graph.output("codes", OnnxType::int64, features);
    predict(graph, model, codes, true, unpacked.wrong);
  });
  return files;
}

}  // namespace terse::exporting
