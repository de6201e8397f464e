#include "terse/export/onnx/models.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/export/onnx/graph.h"
#include "terse/export/onnx/outputs.h"
#include "terse/export/onnx/payload.h"
#include "terse/export/onnx/scales.h"
#include "terse/export/onnx/trees.h"
#include "terse/export/text/device_features.h"
#include "terse/model/identity.h"

namespace terse::export_onnx {
namespace {

using base::Overloaded;
using model::decoder::FullPrecision;
using model::decoder::Integers;
using model::decoder::Lookup;
using model::decoder::Stack;
using model::decoder::Tabm;
using model::decoder::Trees;

constexpr OnnxGraph::Attribute to_int64{"to", static_cast<std::int64_t>(OnnxType::int64)};
constexpr OnnxGraph::Attribute to_float64{"to", static_cast<std::int64_t>(OnnxType::float64)};
constexpr OnnxGraph::Attribute to_boolean{"to", static_cast<std::int64_t>(OnnxType::boolean)};
constexpr OnnxGraph::Attribute to_float32{"to", static_cast<std::int64_t>(OnnxType::float32)};

// A row that is not there stops the run: ONNX has no other way to refuse an input.
constexpr std::int64_t nowhere = std::int64_t{1} << 40;

// condition: bool, rows x anything; to int64, above 0 where it holds.
std::string counted(OnnxGraph& graph, const std::string& condition) {
  return graph.node("Cast", {condition}, {to_int64});
}

std::string floats(OnnxGraph& graph, const std::string& values) {
  return graph.node("Cast", {values}, {to_float32});
}

// int64, rows x 1: above 0 where a category is not in its list; nothing if no feature is a
// category.
std::optional<std::string> impossible_category(OnnxGraph& graph, const model::Model& model,
                                               const std::string& readings) {
  std::vector<std::int64_t> columns;
  std::vector<float> counts;
  std::vector<std::int64_t> gaps;
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const model::Feature& feature = model.features[f];
    if (feature.categories.empty()) continue;
    columns.push_back(static_cast<std::int64_t>(f));
    counts.push_back(
        static_cast<float>(feature.categories.size() + (feature.unseen_level ? 1 : 0)));
    gaps.push_back(feature.missing_level ? 1 : 0);
  }
  if (columns.empty()) return std::nullopt;
  const std::string picked =
      graph.node("Gather", {readings, graph.constant(columns, {columns.size()})}, {{"axis", 1}});
  const std::vector<float> zeros(columns.size(), 0.0F);
  const std::string negative = graph.node("Less", {picked, graph.constant(zeros, {zeros.size()})});
  const std::string beyond =
      graph.node("GreaterOrEqual", {picked, graph.constant(counts, {counts.size()})});
  const std::string whole = graph.node("Equal", {graph.node("Floor", {picked}), picked});
  const std::string wrong =
      graph.node("Or", {graph.node("Or", {negative, beyond}), graph.node("Not", {whole})});
  // Only a NaN is both wrong and a gap.
  const std::string gap = graph.node(
      "Mul", {counted(graph, graph.node("IsNaN", {picked})), graph.constant(gaps, {gaps.size()})});
  const std::string refused = graph.node("Sub", {counted(graph, wrong), gap});
  return graph.node("ReduceMax", {refused}, {{"keepdims", 1}});
}

// readings, rows x F, to codes, rows x F, as the result `codes`.
std::string encode(OnnxGraph& graph, const model::Model& model, const std::string& readings) {
  const std::size_t features = model.features.size();
  std::vector<std::vector<float>> all;
  std::vector<std::int64_t> missing;
  std::size_t most = 1;
  const std::vector<std::size_t> levels = model.levels();
  for (std::size_t f = 0; f < features; ++f) {
    all.push_back(export_text::device_thresholds(model, f));
    most = std::max(most, all.back().size());
    const bool gaps = model.features[f].missing_level;
    missing.push_back(gaps ? static_cast<std::int64_t>(levels[f]) - 1 : 0);
  }
  // No reading is above infinity: what fills up a row counts for nothing.
  std::vector<float> thresholds(features * most, std::numeric_limits<float>::infinity());
  for (std::size_t f = 0; f < features; ++f) {
    std::ranges::copy(all[f], thresholds.begin() + static_cast<std::ptrdiff_t>(f * most));
  }
  const std::string deep = graph.node("Unsqueeze", {readings, graph.number(2)});
  const std::string above =
      graph.node("Greater", {deep, graph.constant(thresholds, {features, most})});
  const std::string codes =
      graph.node("ReduceSum", {counted(graph, above), graph.number(2)}, {{"keepdims", 0}});
  const std::string gap = counted(graph, graph.node("IsNaN", {readings}));
  // A NaN is above no threshold.
  return graph.node("Add", {codes, graph.node("Mul", {gap, graph.constant(missing, {features})})},
                    {}, "codes");
}

std::string dense_layers(OnnxGraph& graph, std::span<const inference::DenseLayer> layers,
                         std::string values, bool begin_with_relu) {
  for (std::size_t l = 0; l < layers.size(); ++l) {
    if (l > 0 || begin_with_relu) values = graph.node("Relu", {values});
    const inference::DenseLayer& layer = layers[l];
    const std::size_t outputs = layer.weights.rows();
    const std::string weights =
        graph.constant(layer.weights.values(), {outputs, layer.weights.columns()});
    values = graph.node("Gemm", {values, weights, graph.constant(layer.bias, {outputs})},
                        {{"transB", 1}});
  }
  return values;
}

// rows: int64, rows x F, of the look-up table.
std::string looked_up(OnnxGraph& graph, const Lookup& lookup, const std::string& rows) {
  const std::string table =
      graph.constant(lookup.table.values(), {lookup.table.rows(), lookup.table.columns()});
  const std::string picked = graph.node("Gather", {table, rows}, {{"axis", 0}});
  const std::string sums = graph.node("ReduceSum", {picked, graph.number(1)}, {{"keepdims", 0}});
  const std::string bias = graph.constant(lookup.bias, {lookup.bias.size()});
  return dense_layers(graph, lookup.layers, graph.node("Add", {sums, bias}), true);
}

// rows: as above. Each submodel's sum of the features' rows, made positive or negative; then all
// submodels in one tensor, rows x submodels x units.
std::string submodels(OnnxGraph& graph, const Tabm& tabm, const std::string& rows) {
  const std::size_t count = tabm.submodels();
  const std::string table =
      graph.constant(tabm.table.values(), {tabm.table.rows(), tabm.table.columns()});
  const std::string picked = graph.node("Gather", {table, rows}, {{"axis", 0}});
  const std::string signs = graph.constant(tabm.signs.values(), {count, tabm.signs.columns()});
  std::string values = graph.node("MatMul", {signs, picked});
  const auto rectify = [&](const base::Matrix& bias) {
    values = graph.node("Add", {values, graph.constant(bias.values(), {count, bias.columns()})});
    values = graph.node("Relu", {values});
  };
  rectify(tabm.bias);
  for (const Tabm::Layer& layer : tabm.layers) {
    base::Matrix weights(layer.weights.columns(), layer.weights.rows());
    for (std::size_t i = 0; i < weights.rows(); ++i) {
      for (std::size_t o = 0; o < weights.columns(); ++o) weights(i, o) = layer.weights(o, i);
    }
    const std::string constant =
        graph.constant(weights.values(), {weights.rows(), weights.columns()});
    values = graph.node("MatMul", {values, constant});
    rectify(layer.bias);
  }
  const std::vector<std::int64_t> shape{-1, static_cast<std::int64_t>(tabm.head.weights.columns())};
  const std::string stacked =
      graph.node("Reshape", {values, graph.constant(shape, {shape.size()})});
  return dense_layers(graph, {&tabm.head, 1}, stacked, false);
}

// rows: as above. The code again, by a table that has no row for what is refused.
std::string walked(OnnxGraph& graph, const Trees& trees, std::span<const std::int64_t> levels,
                   const std::string& rows) {
  std::vector<float> code_of_row;
  for (const std::int64_t count : levels) {
    for (std::int64_t code = 0; code < count; ++code) {
      code_of_row.push_back(static_cast<float>(code));
    }
  }
  const std::string codes = graph.constant(code_of_row, {code_of_row.size()});
  return onnx_trees(graph, trees, graph.node("Gather", {codes, rows}, {{"axis", 0}}));
}

// codes to prediction. wrong: int64, rows x 1, above 0 for a row to refuse, or none; checked:
// whether codes may be impossible.
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
  const auto refuse = [&](const std::string& condition) {
    rows = graph.node(
        "Add", {rows, graph.node("Mul", {counted(graph, condition), graph.number(nowhere)})});
  };
  if (checked) {
    const std::string limits = graph.constant(levels, {levels.size()});
    refuse(graph.node("Or", {graph.node("GreaterOrEqual", {codes, limits}),
                             graph.node("Less", {codes, graph.number(0)})}));
  }
  if (wrong) refuse(graph.node("Greater", {*wrong, graph.number(0)}));
  const std::string outputs = std::visit(
      Overloaded{
          [&](const Lookup& lookup) { return looked_up(graph, lookup, rows); },
          [&](const Tabm& tabm) { return submodels(graph, tabm, rows); },
          [&](const Integers& integers) { return looked_up(graph, integers.in_floats(), rows); },
          [&](const Trees& trees) { return walked(graph, trees, levels, rows); },
          [&](const Stack& stack) {
            const std::string network = looked_up(graph, stack.network, rows);
            return graph.node("Add", {network, walked(graph, stack.trees, levels, rows)});
          },
          [](const model::decoder::External&) -> std::string { TERSE_CHECK(false); },
          [](const FullPrecision&) -> std::string { TERSE_CHECK(false); }},
      model.decoder);
  finish(graph, model.output, outputs);
}

// The inputs after the standardised readings: 1 for the special level that applies.
std::string special_inputs(OnnxGraph& graph, const model::Model& model,
                           const std::string& readings) {
  std::vector<std::int64_t> columns;
  std::vector<float> wanted;
  std::vector<std::int64_t> gaps;
  constexpr float never = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const model::Feature& feature = model.features[f];
    for (std::size_t level = 0; level < feature.special_levels(); ++level) {
      const bool gap = feature.missing_level && level + 1 == feature.special_levels();
      columns.push_back(static_cast<std::int64_t>(f));
      wanted.push_back(gap ? never : static_cast<float>(level));
      gaps.push_back(gap ? 1 : 0);
    }
  }
  const std::string picked =
      graph.node("Gather", {readings, graph.constant(columns, {columns.size()})}, {{"axis", 1}});
  const std::string here =
      counted(graph, graph.node("Equal", {picked, graph.constant(wanted, {wanted.size()})}));
  const std::string gap = graph.node(
      "Mul", {counted(graph, graph.node("IsNaN", {picked})), graph.constant(gaps, {gaps.size()})});
  return floats(graph, graph.node("Add", {here, gap}));
}

void standardise_and_predict(OnnxGraph& graph, const model::Model& model,
                             const std::string& readings) {
  std::vector<double> means;
  std::vector<double> deviations;
  std::vector<std::int64_t> categories;
  for (const model::Feature& feature : model.features) {
    means.push_back(feature.mean);
    deviations.push_back(feature.deviation);
    categories.push_back(feature.categories.empty() ? 0 : 1);
  }
  const std::string wide = graph.node("Cast", {readings}, {to_float64});
  const std::string centred = graph.node("Sub", {wide, graph.constant(means, {means.size()})});
  const std::string linear =
      floats(graph, graph.node("Div", {centred, graph.constant(deviations, {deviations.size()})}));
  const std::string scaled = on_scales(graph, model, readings, linear);
  const auto predict_from = [&](const std::string& inputs) {
    const std::string outputs = std::visit(
        Overloaded{[&](const FullPrecision& network) {
                     return dense_layers(graph, network.layers, inputs, false);
                   },
                   [&](const Trees& trees) { return onnx_trees(graph, trees, inputs); },
                   [](const Lookup&) -> std::string { TERSE_CHECK(false); },
                   [](const Stack&) -> std::string { TERSE_CHECK(false); },
                   [](const model::decoder::External&) -> std::string { TERSE_CHECK(false); },
                   [](const Tabm&) -> std::string { TERSE_CHECK(false); },
                   [](const Integers&) -> std::string { TERSE_CHECK(false); }},
        model.decoder);
    finish(graph, model.output, outputs);
  };
  if (model.plain()) return predict_from(scaled);
  // A NaN that the model has no level for stays one, and makes the prediction one.
  std::vector<std::int64_t> may_be_missing;
  for (const model::Feature& feature : model.features) {
    may_be_missing.push_back(feature.missing_level ? 1 : 0);
  }
  const std::string gap =
      graph.node("Mul", {counted(graph, graph.node("IsNaN", {readings})),
                         graph.constant(may_be_missing, {may_be_missing.size()})});
  const std::string no_number =
      graph.node("Add", {gap, graph.constant(categories, {categories.size()})});
  const std::vector<float> zero{0.0F};
  std::string numbers = graph.node(
      "Where", {graph.node("Cast", {no_number}, {to_boolean}), graph.constant(zero, {1}), scaled});
  if (const auto wrong = impossible_category(graph, model, readings)) {
    const std::string flag = counted(graph, graph.node("Greater", {*wrong, graph.number(0)}));
    const std::string row = graph.node("Mul", {flag, graph.number(nowhere)});
    const std::string nothing = graph.node("Gather", {graph.constant(zero, {1}), row});
    numbers = graph.node("Add", {numbers, nothing});
  }
  predict_from(
      graph.node("Concat", {numbers, special_inputs(graph, model, readings)}, {{"axis", 1}}));
}

std::vector<std::pair<std::string, std::string>> metadata_of(const model::Model& model) {
  std::vector<std::string> names;
  for (const model::Feature& feature : model.features) names.push_back(feature.name);
  std::vector<std::string> targets;
  std::vector<std::string> units;
  for (const model::Target& target : model.targets()) {
    targets.push_back(target.name);
    units.push_back(target.unit);
  }
  std::vector<std::pair<std::string, std::string>> metadata{
      {"license", "MIT-0"},
      {"terse.method", std::string(quantize::id(model.method))},
      {"terse.target", fmt::format("{}", fmt::join(targets, "\n"))},
      {"terse.target_unit", fmt::format("{}", fmt::join(units, "\n"))},
      {"terse.features", fmt::format("{}", fmt::join(names, "\n"))},
      {"terse.levels", fmt::format("{}", fmt::join(model.levels(), " "))},
      {"terse.packing", model.packing == payload::Packing::bits ? "bits" : "radix"},
      {"terse.payload_bytes", fmt::format("{}", model.payload_bytes())},
      {"terse.model_id", model::wire_id(model)},
      {"terse.data_hash", model.record.data_hash}};
  if (model.tag) metadata.emplace_back("terse.tag", fmt::format("{}", *model.tag));
  for (const model::Target& target : model.targets()) {
    if (target.labels().empty()) continue;
    metadata.emplace_back(model.several() ? "terse.classes." + target.name : "terse.classes",
                          fmt::format("{}", fmt::join(target.labels(), "\n")));
  }
  std::string missing;
  for (const model::Feature& feature : model.features) {
    if (feature.missing_level) missing += (missing.empty() ? "" : "\n") + feature.name;
    if (feature.categories.empty()) continue;
    metadata.emplace_back("terse.categories." + feature.name,
                          fmt::format("{}", fmt::join(feature.categories, "\n")));
  }
  if (!missing.empty()) metadata.emplace_back("terse.may_be_missing", missing);
  return metadata;
}

}  // namespace

std::vector<export_text::File> onnx_files(const model::Model& model, const std::string& name) {
  model::require_decoder(model, "model");
  const std::size_t features = model.features.size();
  const auto metadata = metadata_of(model);
  std::vector<export_text::File> files;
  const auto add = [&](std::string_view kind, auto build) {
    OnnxGraph graph(fmt::format("{} from {}", name, kind));
    build(graph);
    files.push_back({fmt::format("{}-{}.onnx", name, kind), graph.file(metadata)});
    if (files.back().bytes.size() > std::numeric_limits<std::int32_t>::max()) {
      throw base::OptionError("to onnx", "", "the graph would be larger than ONNX's 2 GiB",
                              "train with fewer units");
    }
  };
  if (model.full_precision()) {
    add("readings", [&](OnnxGraph& graph) {
      standardise_and_predict(graph, model, graph.input("readings", OnnxType::float32, features));
    });
    return files;
  }
  add("readings", [&](OnnxGraph& graph) {
    const std::string readings = graph.input("readings", OnnxType::float32, features);
    const std::string codes = encode(graph, model, readings);
    graph.output("codes", OnnxType::int64, features);
    predict(graph, model, codes, false, impossible_category(graph, model, readings));
  });
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

}  // namespace terse::export_onnx
