#include "terse/export/js/codec.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/export/js/prediction.h"
#include "terse/export/js/repository.h"
#include "terse/export/js/templates.h"
#include "terse/export/js/values.h"
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

std::string without_indentation(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c != ' ' || (!result.empty() && result.back() != '\n')) result += c;
  }
  return result;
}

std::string script_text(const model::Model& model, const CodecOptions& options,
                        const std::vector<SentFeature>& features) {
  const payload::Layout layout = model.layout();
  const Prediction prediction = options.network ? prediction_of(model) : Prediction{};
  const model::Number scale = model::decoder::scale(model.output);
  std::string text =
      templates::DecoderJs{.bytes = layout.bytes(),
                           .compact = options.compact,
                           .deviation = number_literal(scale.deviation),
                           .exponential = scale.link == model::Link::exponential,
                           .feature_count = features.size(),
                           .features = features_text(features, options.compact),
                           .gaps = gaps_text(features),
                           .labels = model.labels().empty() ? "" : array_literal(model.labels()),
                           .mean = number_literal(scale.mean),
                           .name = options.name,
                           .network = prediction.network,
                           .outputs = zeros_text(model.outputs()),
                           .predicts = options.network,
                           .radix = layout.packing() == payload::Packing::radix,
                           .special = !model.plain(),
                           .specials = specials_of(model, features),
                           .tag = layout.tag() ? std::to_string(*layout.tag()) : "",
                           .target = text_literal(model.target_name),
                           .trees = prediction.trees}
          .filled();
  // Texts of features hold no line ends, so lines that begin with spaces are the template's.
  return options.compact ? without_indentation(text) : text;
}

void require_exportable(const model::Model& model, const CodecOptions& options) {
  if (model.full_precision()) {
    throw base::OptionError("to js", "", "full precision has no codes to decode",
                            "train with `method` bw-sq");
  }
  if (model.payload_bytes() == 0) {
    throw base::OptionError("to js", "", "this model sends no feature", "train with more levels");
  }
  for (const model::Feature& feature : model.features) {
    if (feature.name == "__proto__" || (options.network && feature.name == model.target_name)) {
      throw base::OptionError("to js", "feature " + text::in_quotes(feature.name),
                              "this name is taken in the decoder's result", "rename the column");
    }
  }
  if (std::ranges::count(model.labels(), "__proto__") != 0) {
    throw base::OptionError("to js", "class '__proto__'", "no object of JavaScript can name it",
                            "rename the label");
  }
}

}  // namespace

std::vector<export_text::File> codec_files(const model::Model& model, const CodecOptions& options) {
  require_exportable(model, options);
  const std::vector<SentFeature> features = sent_features(model, options.compact);
  const std::string script = script_text(model, options, features);
  if (script.size() > script_bytes_max) {
    throw base::OptionError(
        "to js", "",
        fmt::format("the script has {} bytes; network servers take {}", script.size(),
                    script_bytes_max),
        options.network ? "leave out `network`" : "use `compact`, or shorter names of features");
  }
  // With the network the data also hold its prediction, which is not for exact comparison.
  const std::vector<Example> examples = examples_of(model, features, !options.network);
  return {{options.name + ".js", script},
          {options.name + "-codec.yaml", codec_yaml(options.name, model, examples)},
          {"ts013/index.js", templates::IndexJs{.script = script}.filled()},
          {"ts013/metadata.json", templates::MetadataJson{.name = options.name}.filled()},
          {"ts013/examples.json", examples_json(model, examples)}};
}

}  // namespace terse::export_js
