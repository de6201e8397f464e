#include "terse/export/cpp/header_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/export/cpp/templates.h"
#include "terse/export/text/device_features.h"
#include "terse/model/identity.h"

namespace terse::export_cpp {
namespace {

using Feature = templates::DecoderHpp::FeaturesItem;
using Network = templates::DecoderHpp::NetworkItem;
using Trees = templates::DecoderHpp::TreesItem;

[[noreturn]] void refuse_full_precision() {
  throw base::OptionError("to header", "", "full precision has no codes to decode",
                          "train with `method` bw-sq");
}

std::string float_text(float value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + 'F';
}

std::string double_text(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string floats_text(std::span<const float> values) {
  std::string text;
  std::size_t line = 0;
  for (const float value : values) {
    if (!text.empty()) text += text.size() - line > 90 ? ",\n" : ", ";
    if (text.ends_with('\n')) line = text.size();
    text += float_text(value);
  }
  return text;
}

// Octal escapes, which end after three digits whatever follows.
std::string literal(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '?';
    result += plain ? std::string(1, c) : fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  }
  return result + '"';
}

std::string rows_text(const base::Matrix& matrix) {
  std::string text;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    text += fmt::format("{}{{{}}}", row == 0 ? "" : ",\n", floats_text(matrix.row(row)));
  }
  return text;
}

Network network_of(const model::decoder::Lookup& lookup) {
  std::vector<Network::LayersItem> layers;
  for (const inference::DenseLayer& layer : lookup.layers) {
    const std::size_t place = layers.size();
    layers.push_back({.bias = floats_text(layer.bias),
                      .inputs = layer.weights.columns(),
                      .next = place + 1,
                      .outputs = layer.weights.rows(),
                      .place = place,
                      .weights = rows_text(layer.weights)});
  }
  return {.layer_count = layers.size(),
          .layers = layers,
          .table = rows_text(lookup.table),
          .table_bias = floats_text(lookup.bias),
          .units = lookup.table.columns()};
}

Trees trees_of(const model::decoder::Trees& trees) {
  constexpr std::size_t nodes_max = 200'000;
  if (trees.nodes.size() > nodes_max) {
    throw base::OptionError(
        "to header", "",
        fmt::format("{} nodes of trees are more than the {} that compilers take well",
                    trees.nodes.size(), nodes_max),
        "train with `decoder` network or boosted, or export to onnx");
  }
  std::vector<Trees::NodesItem> nodes;
  for (const model::decoder::TreeNode& node : trees.nodes) {
    const bool leaf = node.left == 0;
    // Codes are whole and at most 255, so this limit sends each where the split does.
    const double limit = std::clamp(std::ceil(static_cast<double>(node.value)), 0.0, 256.0);
    nodes.push_back({.below = node.left,
                     .feature = node.feature,
                     .limit = leaf ? 0 : static_cast<int>(limit),
                     .value = leaf ? float_text(node.value) : "0.0F"});
  }
  return {.nodes = nodes,
          .outputs = trees.outputs(),
          .roots = fmt::format("{}", fmt::join(trees.roots, ", "))};
}

/// One of the two, or both: a stack.
struct Decoder {
  std::optional<Network> network;
  std::optional<Trees> trees;
};

Decoder decoder_of(const model::Model& model) {
  return std::visit(
      base::Overloaded{
          [](const model::decoder::Lookup& lookup) {
            return Decoder{network_of(lookup), {}};
          },
          [](const model::decoder::Integers& integers) {
            return Decoder{network_of(integers.in_floats()), {}};
          },
          [](const model::decoder::Tabm&) -> Decoder {
            throw base::OptionError("to header", "", "TabM does not fit a C++ header",
                                    "export to onnx, or train with `network` plain");
          },
          [](const model::decoder::Trees& trees) {
            return Decoder{{}, trees_of(trees)};
          },
          [](const model::decoder::Stack& stack) {
            return Decoder{network_of(stack.network), trees_of(stack.trees)};
          },
          [](const model::decoder::External&) -> Decoder { TERSE_CHECK(false); },
          [](const model::decoder::FullPrecision&) -> Decoder { refuse_full_precision(); }},
      model.decoder);
}

std::vector<Feature> features_of(const model::Model& model, const payload::Layout& layout) {
  std::vector<Feature> features;
  for (const model::Feature& feature : model.features) {
    const std::size_t levels = layout.levels()[features.size()];
    features.push_back({.kinds = feature.categories.size() + (feature.unseen_level ? 1 : 0),
                        .levels = levels,
                        .missing_code = feature.missing_level ? levels - 1 : 0,
                        .name = literal(feature.name)});
  }
  return features;
}

/// Where the lists of the features begin in one after the other, and where the last ends.
template <typename Size>
std::string offsets_text(const model::Model& model, Size size_of) {
  std::vector<std::size_t> offsets{0};
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    offsets.push_back(offsets.back() + size_of(f));
  }
  return fmt::format("{}", fmt::join(offsets, ", "));
}

std::string thresholds_text(const model::Model& model) {
  std::vector<float> thresholds;
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const std::vector<float> own = export_text::device_thresholds(model, f);
    thresholds.insert(thresholds.end(), own.begin(), own.end());
  }
  return thresholds.empty() ? "0.0F" : floats_text(thresholds);
}

std::vector<templates::DecoderHpp::TargetsItem> targets_of(const model::Model& model) {
  std::vector<templates::DecoderHpp::TargetsItem> targets;
  if (!model.several()) return targets;
  const std::vector<model::Number> scales = model::decoder::scales(model.output);
  std::size_t first = 0;
  for (const model::Target& target : model.targets()) {
    std::string labels;
    for (const std::string& own : target.labels()) {
      labels += (labels.empty() ? "" : ", ") + literal(own);
    }
    targets.push_back({.deviation = double_text(scales[first].deviation),
                       .first = first,
                       .labels = labels,
                       .logarithm = scales[first].link == model::Link::exponential,
                       .mean = double_text(scales[first].mean),
                       .name = literal(target.name),
                       .outputs = target.outputs(),
                       .place = targets.size()});
    first += target.outputs();
  }
  return targets;
}

std::string header_text(const model::Model& model, const std::string& name) {
  const payload::Layout layout = model.layout();
  const Decoder decoder = decoder_of(model);
  const model::Number scale = model::decoder::scales(model.output).front();
  std::string guard = name;
  for (char& c : guard) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  std::vector<templates::DecoderHpp::CategoriesItem> categories;
  for (const model::Feature& feature : model.features) {
    for (const std::string& own : feature.categories) categories.push_back({.name = literal(own)});
  }
  std::vector<templates::DecoderHpp::ClassesItem> classes;
  for (const std::string& own : model.labels()) classes.push_back({.name = literal(own)});
  return templates::DecoderHpp{
      .bytes = layout.bytes(),
      .categories = categories,
      .class_count = classes.size(),
      .classes = classes,
      .deviation = double_text(scale.deviation),
      .digits = layout.bytes() - (layout.tag() ? 1 : 0),
      .exponential = scale.link == model::Link::exponential,
      .feature_count = layout.features(),
      .features = features_of(model, layout),
      .first_categories =
          offsets_text(model, [&](std::size_t f) { return model.features[f].categories.size(); }),
      .first_thresholds = offsets_text(
          model, [&](std::size_t f) { return export_text::device_thresholds(model, f).size(); }),
      .gaps = std::ranges::any_of(model.features, &model::Feature::missing_level),
      .guard = guard,
      .id = model::wire_id(model),
      .mean = double_text(scale.mean),
      .name = name,
      .network = decoder.network,
      .outputs = model.outputs(),
      .radix = layout.packing() == payload::Packing::radix,
      .stack = decoder.network && decoder.trees,
      .tag = layout.tag() ? std::to_string(*layout.tag()) : "",
      .target = literal(model.target_name),
      .targets = targets_of(model),
      .thresholds = thresholds_text(model),
      .trees = decoder.trees}
      .filled();
}

}  // namespace

std::vector<export_text::File> header_files(const model::Model& model, const std::string& name) {
  model::require_decoder(model, "model");
  if (model.full_precision()) refuse_full_precision();
  if (model.payload_bits() == 0) {
    throw base::OptionError("to header", "", "this model sends no feature",
                            "train with more levels");
  }
  return {{name + ".hpp", header_text(model, name)}};
}

}  // namespace terse::export_cpp
