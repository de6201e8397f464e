#include "terse/export/js/codec.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/export/js/repository.h"
#include "terse/export/js/values.h"
#include "terse/export/text/text_template.h"
#include "terse/text/quoting.h"

namespace terse::export_js {
namespace {

constexpr std::string_view explanation_text =
    "// Made by Terse: LoRaWAN payload codec (TS013) in ES5. For each feature: its code, the "
    "bounds of the\n"
    "// reading (low < reading <= high; null: none), and their middle.";
constexpr std::string_view special_explanation_text =
    "\n// Or the category that the code stands for (null: none of them), or missing: true.";

// What Node.js asks for; engines without modules pass it by.
constexpr std::string_view exports_text =
    "if (typeof exports !== \"undefined\") exports.decodeUplink = decodeUplink;\n";

/// A sent feature and its thresholds as the script reads them.
struct SentFeature {
  std::size_t index = 0;
  std::string name;  ///< a literal
  JsThresholds thresholds;
  double outer_width = 0.0;  ///< of the outer intervals of a single threshold
};

std::vector<SentFeature> sent_features(const model::Model& model, bool compact) {
  std::vector<SentFeature> sent;
  const std::vector<std::size_t> levels = model.levels();
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    if (levels[f] == 1) continue;
    const auto thresholds = model.thresholds.of(f);
    SentFeature feature{f, js_text(model.features[f].name), {}, 0.0};
    if (!thresholds.empty()) {
      feature.thresholds =
          compact ? js_compact_thresholds(thresholds) : js_exact_thresholds(thresholds);
    } else {
      feature.thresholds.text =
          fmt::format("{}{}", compact ? "" : "[],", js_number(model.features[f].mean));
    }
    if (thresholds.size() == 1) feature.outer_width = 2.0 * model.features[f].deviation;
    sent.push_back(std::move(feature));
  }
  return sent;
}

std::string features_text(const std::vector<SentFeature>& features, bool compact) {
  std::string text;
  for (const SentFeature& feature : features) {
    if (!text.empty()) text += compact ? "," : ",\n";
    text += fmt::format("[{},{}", feature.name, feature.thresholds.text);
    if (feature.thresholds.values.size() == 1) text += "," + js_number(feature.outer_width);
    text += ']';
  }
  return text;
}

// One text for all features: in order, with spaces between.
std::string gaps_text(const std::vector<SentFeature>& features) {
  std::string text;
  for (const SentFeature& feature : features) {
    text += (&feature == &features.front() ? "" : " ") + feature.thresholds.gaps;
  }
  return "var G = \"" + text + "\".split(\" \");";
}

// S: of each feature that is not plain its categories (or 0), and 1 or 0 for a code that says any
// other, and one that says missing.
std::string special_text(const model::Model& model, const std::vector<SentFeature>& features) {
  std::string text;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const model::Feature& feature = model.features[features[i].index];
    if (feature.plain()) continue;
    text += fmt::format("{}{}:[{},{},{}]", text.empty() ? "" : ",", i,
                        feature.categories.empty() ? "0" : js_texts(feature.categories),
                        feature.unseen_level ? 1 : 0, feature.missing_level ? 1 : 0);
  }
  return "var S = {" + text + "};\n";
}

std::string without_indentation(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c != ' ' || (!result.empty() && result.back() != '\n')) result += c;
  }
  return result;
}

std::string script_text(const model::Model& model, const JsOptions& options,
                        const std::vector<SentFeature>& features) {
  const payload::Layout layout = model.layout();
  const std::string bytes = std::to_string(layout.bytes());
  const std::string tag =
      model.tag ? fmt::format("  if (b.shift() !== {}) return fail(\"wrong_tag\");", *model.tag)
                : "";
  const auto without_end = [](std::string text) {
    if (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  };
  const bool plain = model.plain();
  const bool bits = layout.packing() == payload::Packing::bits;
  const std::string unpack =
      without_end(export_text::fill(bits ? "js_unpack_bits.in" : "js_unpack_radix.in",
                                    {{"TOP", plain ? "thresholds(i).length" : "top(i)"}}));
  const std::string expand =
      options.compact
          ? without_end(export_text::fill(
                "js_expand_compact.in", {{"NONE", plain ? "" : "  if (f.length < 3) return [];"}}))
          : "  return F[i][1].slice();";
  const std::string predict = options.network ? js_network_code(model) : "";
  const std::string network = options.network ? js_network_data(model) : "";
  const std::string title = fmt::format("{}: messages of {} bytes, {} features.", options.name,
                                        layout.bytes(), features.size());
  std::string explanation = options.compact ? "" : std::string(explanation_text);
  if (!plain && !options.compact) explanation += special_explanation_text;
  const std::string gaps = options.compact ? gaps_text(features) : "";
  // Texts of features hold no line ends, so lines that begin with spaces are the template's.
  const auto final_text = [&](const std::string& text) {
    return options.compact ? without_indentation(text) : text;
  };
  const std::string table = features_text(features, options.compact);
  return final_text(export_text::fill(
      "js_decoder.in",
      {{"TITLE", title},
       {"FEATURES", table},
       {"EXPLANATION", explanation},
       {"GAPS", gaps},
       {"NETWORK", network},
       {"EXPAND", expand},
       {"TOP",
        plain ? ""
              : special_text(model, features) + without_end(export_text::fill("js_top.in", {}))},
       {"SPECIAL", plain ? "" : without_end(export_text::fill("js_special.in", {}))},
       {"BYTES", bytes},
       {"TAG", tag},
       {"UNPACK", unpack},
       {"PREDICT", predict}}));
}

// JSON, where a number begins with a digit.
std::string json_number(double value) {
  return fmt::format("{}", value);
}

/// What a code that is no number of thresholds decodes to; nothing for others.
std::string special_data(const model::Feature& feature, std::size_t levels, std::size_t code) {
  if (feature.missing_level && code + 1 == levels) return "\"missing\": true";
  if (feature.categories.empty()) return "";
  return "\"category\": " +
         (code < feature.categories.size() ? js_text(feature.categories[code]) : "null");
}

std::string data_text(const model::Model& model, const std::vector<SentFeature>& features,
                      std::span<const quantize::Code> codes) {
  std::string text;
  const std::vector<std::size_t> levels = model.levels();
  for (const SentFeature& feature : features) {
    const std::vector<double>& t = feature.thresholds.values;
    const std::size_t code = codes[feature.index];
    const model::Feature& facts = model.features[feature.index];
    std::string special = special_data(facts, levels[feature.index], code);
    if (special.empty() && t.empty()) {
      special = "\"low\": null, \"high\": null, \"middle\": " + json_number(facts.mean);
    }
    if (!special.empty()) {
      text += fmt::format("{}{}: {{\"code\": {}, {}}}", text.empty() ? "{" : ", ", feature.name,
                          code, special);
      continue;
    }
    // The same operations as in the script, to the last bit.
    const double low = code > 0       ? t[code - 1]
                       : t.size() > 1 ? 2 * t[0] - t[1]
                                      : t[0] - feature.outer_width;
    const double high = code < t.size() ? t[code]
                        : t.size() > 1  ? 2 * t.back() - t[t.size() - 2]
                                        : t[0] + feature.outer_width;
    text += fmt::format(
        "{}{}: {{\"code\": {}, \"low\": {}, \"high\": {}, \"middle\": {}}}",
        text.empty() ? "{" : ", ", feature.name, code, code > 0 ? json_number(low) : "null",
        code < t.size() ? json_number(high) : "null", json_number((low + high) / 2));
  }
  return text + '}';
}

std::vector<JsExample> examples_of(const model::Model& model, const JsOptions& options,
                                   const std::vector<SentFeature>& features) {
  const payload::Layout layout = model.layout();
  std::vector<JsExample> examples;
  std::vector<quantize::Code> codes(layout.features());
  std::vector<std::uint8_t> bytes(layout.bytes());
  const auto add_good = [&](std::string_view description, auto code_of) {
    for (std::size_t f = 0; f < codes.size(); ++f) {
      codes[f] = static_cast<quantize::Code>(code_of(f, layout.levels()[f]));
    }
    layout.pack(codes, bytes);
    // With the network the data also hold its prediction, which is not for exact comparison.
    if (options.network) return;
    examples.push_back(
        {std::string(description), bytes, "data", data_text(model, features, codes)});
  };
  add_good("every code 0", [](std::size_t, std::size_t) { return 0; });
  add_good("every code its highest", [](std::size_t, std::size_t levels) { return levels - 1; });
  add_good("codes in between",
           [](std::size_t f, std::size_t levels) { return (f + levels / 2) % levels; });
  bytes.push_back(0);
  examples.push_back(
      {"a byte too long", bytes, "errors",
       fmt::format("[\"wrong_length: {} bytes, not {}\"]", bytes.size(), layout.bytes())});
  bytes.resize(layout.bytes());
  if (model.tag) {
    bytes.front() ^= 1U;
    examples.push_back({"another model's message", bytes, "errors", "[\"wrong_tag\"]"});
  }
  return examples;
}

void require_exportable(const model::Model& model, const JsOptions& options) {
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

std::vector<export_text::File> js_files(const model::Model& model, const JsOptions& options) {
  require_exportable(model, options);
  const std::vector<SentFeature> features = sent_features(model, options.compact);
  std::string script = script_text(model, options, features);
  if (script.size() > js_bytes_max) {
    throw base::OptionError(
        "to js", "",
        fmt::format("the script has {} bytes; network servers take {}", script.size(),
                    js_bytes_max),
        options.network ? "leave out `network`" : "use `compact`, or shorter names of features");
  }
  const std::vector<JsExample> examples = examples_of(model, options, features);
  return {{options.name + ".js", script},
          {options.name + "-codec.yaml", js_codec_yaml(options.name, examples)},
          {"ts013/index.js", script + std::string(exports_text)},
          {"ts013/metadata.json", js_metadata(options.name)},
          {"ts013/examples.json", js_examples(examples)}};
}

}  // namespace terse::export_js
