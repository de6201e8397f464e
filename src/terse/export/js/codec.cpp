#include "terse/export/js/codec.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "terse/base/error.h"
#include "terse/export/js/normalized.h"
#include "terse/export/js/prediction.h"
#include "terse/export/js/repository.h"
#include "terse/export/js/templates.h"
#include "terse/export/js/values.h"
#include "terse/model/identity.h"
#include "terse/text/quoting.h"

namespace terse::export_js {
namespace {

using Special = templates::DecoderJs::SpecialsItem;

/// Name, thresholds and, for a single one, the width of its intervals.
std::string features_text(const std::vector<SentFeature>& features, bool compact) {
  std::string text;
  for (const SentFeature& feature : features) {
    if (!text.empty()) text += compact ? "," : ",\n";
    text += fmt::format("[{},{}", feature.name, feature.thresholds.text);
    if (feature.thresholds.values.size() == 1) text += "," + number_literal(feature.outer_width);
    text += ']';
  }
  return text;
}

/// In order, with spaces between.
std::string gaps_text(const std::vector<SentFeature>& features) {
  std::string text;
  for (const SentFeature& feature : features) {
    text += (&feature == &features.front() ? "" : " ") + feature.thresholds.gaps;
  }
  return text;
}

/// Of each feature that is not plain its categories (or 0), and whether there are codes that say
/// any other, and that say missing.
std::vector<Special> specials_of(const model::Model& model,
                                 const std::vector<SentFeature>& features) {
  std::vector<Special> specials;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const model::Feature& feature = model.features[features[i].index];
    if (feature.plain()) continue;
    specials.push_back(
        {.categories = feature.categories.empty() ? "0" : array_literal(feature.categories),
         .missing = feature.missing_level,
         .place = i,
         .unseen = feature.unseen_level});
  }
  return specials;
}

std::string zeros_text(std::size_t count) {
  std::string text = "0";
  for (std::size_t i = 1; i < count; ++i) text += ",0";
  return text;
}

std::string probability_name(const std::string& target) {
  return target + "_probability";
}

// Of each of several targets its name, labels (or 0), mean, deviation, and whether it is a
// logarithm.
std::string several_text(const model::Model& model) {
  if (!model.several()) return "";
  std::string text;
  const std::vector<model::Number> scales = model::decoder::scales(model.output);
  std::size_t output = 0;
  for (const model::Target& target : model.targets()) {
    const model::Number& scale = scales[output];
    output += target.outputs();
    text += fmt::format("{}[{},{},{},{},{}]", text.empty() ? "" : ",\n", text_literal(target.name),
                        target.labels().empty() ? "0" : array_literal(target.labels()),
                        number_literal(scale.mean), number_literal(scale.deviation),
                        scale.link == model::Link::exponential ? 1 : 0);
  }
  return text;
}

std::vector<templates::DecoderJs::NormalizedItem> normalized_of(
    const std::vector<SentFeature>& features,
    const std::vector<std::optional<Quantity>>& quantities) {
  std::vector<templates::DecoderJs::NormalizedItem> items;
  for (const SentFeature& feature : features) {
    if (quantities.empty() || !quantities[feature.index]) continue;
    const Quantity& quantity = *quantities[feature.index];
    items.push_back({.group = quantity.group,
                     .highest = quantity.highest ? number_literal(*quantity.highest) : "1/0",
                     .lowest = number_literal(quantity.lowest),
                     .name = feature.name,
                     .quantity = quantity.name});
  }
  return items;
}

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Without blanks that part no words, but for lines with comments and texts, where only those in
/// front are left out.
std::string without_blanks(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    const bool as_it_is = line.find('"') != std::string_view::npos || line.starts_with("//");
    bool begun = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
      const bool parts_words =
          begun && at + 1 < line.size() && in_word(line[at - 1]) && in_word(line[at + 1]);
      if (line[at] == ' ' && (!begun || !(as_it_is || parts_words))) continue;
      result += line[at];
      begun = true;
    }
    text.remove_prefix(end);
  }
  return result;
}

std::string script_text(const model::Model& model, const CodecOptions& options,
                        const std::vector<SentFeature>& features,
                        const std::vector<std::optional<Quantity>>& quantities) {
  const payload::Layout layout = model.layout();
  const Prediction prediction = options.network ? prediction_of(model) : Prediction{};
  const model::Number scale = model::decoder::scales(model.output).front();
  std::string text =
      templates::DecoderJs{.bytes = layout.bytes(),
                           .compact = options.compact,
                           .deviation = number_literal(scale.deviation),
                           .exponential = scale.link == model::Link::exponential,
                           .feature_count = features.size(),
                           .features = features_text(features, options.compact),
                           .flat = options.flat,
                           .gaps = gaps_text(features),
                           .id = model::wire_id(model),
                           .labels = model.labels().empty() ? "" : array_literal(model.labels()),
                           .mean = number_literal(scale.mean),
                           .name = options.name,
                           .network = prediction.network,
                           .normalized = normalized_of(features, quantities),
                           .outputs = zeros_text(model.outputs()),
                           .predicts = options.network,
                           .probability = text_literal(probability_name(model.target_name)),
                           .radix = layout.packing() == payload::Packing::radix,
                           .several = several_text(model),
                           .special = !model.plain(),
                           .specials = specials_of(model, features),
                           .tag = layout.tag() ? std::to_string(*layout.tag()) : "",
                           .target = text_literal(model.target_name),
                           .trees = prediction.trees}
          .filled();
  // Texts of features hold no line ends, so lines that begin with spaces are the template's.
  return options.compact ? without_blanks(text) : text;
}

// Then what the decoder says of a reading takes the place of its code and bounds.
bool gives_back_readings(const model::Model& model) {
  return std::ranges::equal(model.targets(), model.features, {}, &model::Target::name,
                            &model::Feature::name);
}

void require_exportable(const model::Model& model, const CodecOptions& options) {
  if (model.full_precision()) {
    throw base::OptionError("to js", "", "full precision has no codes to decode",
                            "train with `method` bw-sq");
  }
  if (model.payload_bytes() == 0) {
    throw base::OptionError("to js", "", "this model sends no feature", "train with more levels");
  }
  std::set<std::string> taken = {"__proto__"};
  const auto refuse = [](const std::string& what, const std::string& name) {
    throw base::OptionError("to js", what + " " + text::in_quotes(name),
                            "this name is taken in the decoder's result", "rename the column");
  };
  for (const model::Target& target : model.targets()) {
    const bool probability = options.network && options.flat && !target.labels().empty();
    const bool fresh = !options.network || taken.insert(target.name).second || !model.several();
    if (!fresh || (probability && !taken.insert(probability_name(target.name)).second)) {
      refuse("target", target.name);
    }
    if (std::ranges::count(target.labels(), "__proto__") != 0) {
      throw base::OptionError("to js", "class '__proto__'", "no object of JavaScript can name it",
                              "rename the label");
    }
  }
  if (gives_back_readings(model)) return;
  for (const model::Feature& feature : model.features) {
    if (taken.contains(feature.name)) refuse("feature", feature.name);
  }
}

}  // namespace

std::vector<NormalizedFeature> normalized_features(const model::Model& model) {
  std::vector<NormalizedFeature> features;
  const auto quantities = quantities_of(model);
  for (std::size_t f = 0; f < quantities.size(); ++f) {
    if (!quantities[f]) continue;
    features.push_back(
        {model.features[f].name, fmt::format("{}.{}", quantities[f]->group, quantities[f]->name)});
  }
  return features;
}

std::vector<export_text::File> codec_files(const model::Model& model, const CodecOptions& options) {
  if (options.network) model::require_decoder(model, "model");
  require_exportable(model, options);
  const std::vector<SentFeature> features = sent_features(model, options.compact);
  std::vector<std::optional<Quantity>> quantities;
  if (options.flat && !normalized_features(model).empty()) quantities = quantities_of(model);
  const std::string script = script_text(model, options, features, quantities);
  if (script.size() > script_bytes_max) {
    throw base::OptionError(
        "to js", "",
        fmt::format("the script has {} bytes; network servers take {}", script.size(),
                    script_bytes_max),
        options.network ? "leave out `network`" : "use `compact`, or shorter names of features");
  }
  // With the network the data also hold its prediction, which is not for exact comparison.
  const std::vector<Example> examples = examples_of(model, features, !options.network);
  const std::string id = codec_id(options.name);
  return {
      {options.name + ".js", script},
      {id + ".yaml", codec_yaml(options.name, model, examples, quantities, options.flat)},
      {"ts013/index.js", templates::IndexJs{.script = script}.filled()},
      {"ts013/metadata.json",
       templates::MetadataJson{.id = id, .model_id = model::wire_id(model), .name = options.name}
           .filled()},
      {"ts013/examples.json", examples_json(model, examples, options.flat)}};
}

}  // namespace terse::export_js
