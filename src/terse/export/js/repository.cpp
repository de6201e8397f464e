#include "terse/export/js/repository.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "terse/export/js/templates.h"
#include "terse/model/identity.h"

namespace terse::export_js {
namespace {

// JSON, where a number begins with a digit.
std::string json_number(double value) {
  return fmt::format("{}", value);
}

DecodedFeature decoded(const SentFeature& feature, const model::Feature& facts, std::size_t levels,
                       std::size_t code) {
  DecodedFeature result;
  result.index = feature.index;
  result.name = feature.name;
  result.code = code;
  const std::vector<double>& t = feature.thresholds.values;
  if (facts.missing_level && code + 1 == levels) {
    result.missing = true;
  } else if (!facts.categories.empty()) {
    result.category =
        code < facts.categories.size() ? text_literal(facts.categories[code]) : "null";
  } else if (t.empty()) {
    result.low = result.high = "null";
    result.value = feature.mean;
  } else {
    // The same operations as in the script, to the last bit.
    const double low = code > 0       ? t[code - 1]
                       : t.size() > 1 ? 2 * t[0] - t[1]
                                      : t[0] - feature.outer_width;
    const double high = code < t.size() ? t[code]
                        : t.size() > 1  ? 2 * t.back() - t[t.size() - 2]
                                        : t[0] + feature.outer_width;
    result.low = code > 0 ? json_number(low) : "null";
    result.high = code < t.size() ? json_number(high) : "null";
    result.value = (low + high) / 2;
  }
  if (!result.missing && result.category.empty()) result.middle = json_number(result.value);
  return result;
}

/// Its quantities, those of one group together: "air": {"temperature": 20.5}.
std::string normalized_text(const Example& example,
                            const std::vector<std::optional<Quantity>>& quantities) {
  std::vector<std::pair<std::string_view, std::string>> groups;
  for (const DecodedFeature& feature : example.features) {
    const auto& quantity = quantities[feature.index];
    if (!quantity || feature.middle.empty()) continue;
    auto group =
        std::ranges::find(groups, quantity->group, [](const auto& one) { return one.first; });
    if (group == groups.end()) group = groups.insert(group, {quantity->group, ""});
    group->second += fmt::format("{}\"{}\": {}", group->second.empty() ? "" : ", ", quantity->name,
                                 json_number(quantity->within(feature.value)));
  }
  std::string text;
  for (const auto& [name, values] : groups) {
    text += fmt::format("{}\"{}\": {{{}}}", text.empty() ? "" : ", ", name, values);
  }
  return '{' + text + '}';
}

/// The same list for two templates.
template <typename Item>
std::vector<typename Item::FeaturesItem> features_of(const Example& example, bool flat) {
  std::vector<typename Item::FeaturesItem> features;
  for (const DecodedFeature& feature : example.features) {
    if (flat && feature.missing) continue;
    const std::string& value = feature.category.empty() ? feature.middle : feature.category;
    features.push_back({.category = feature.category,
                        .code = feature.code,
                        .flat = flat ? value : "",
                        .high = feature.high,
                        .low = feature.low,
                        .middle = feature.middle,
                        .missing = feature.missing,
                        .name = feature.name});
  }
  return features;
}

/// The number of bytes, if that is what is wrong.
std::string wrong_bytes(const Example& example) {
  return example.verdict == Verdict::wrong_length ? std::to_string(example.message.size()) : "";
}

/// The tag, its model's, and the model, if the tag is what is wrong.
std::string wrong_tag(const Example& example, const model::Model& model) {
  if (example.verdict != Verdict::wrong_tag) return "";
  return fmt::format("{}, not {} of model {}", example.message.front(), *model.tag,
                     model::wire_id(model));
}

std::string message_text(const Example& example) {
  return fmt::format("{}", fmt::join(example.message, ", "));
}

}  // namespace

std::vector<Example> examples_of(const model::Model& model,
                                 const std::vector<SentFeature>& features, bool with_good) {
  const payload::Layout layout = model.layout();
  std::vector<Example> examples;
  std::vector<quantize::Code> codes(layout.features());
  std::vector<std::uint8_t> bytes(layout.bytes());
  const auto add_good = [&](std::string_view description, auto code_of) {
    for (std::size_t f = 0; f < codes.size(); ++f) {
      codes[f] = static_cast<quantize::Code>(code_of(f, layout.levels()[f]));
    }
    layout.pack(codes, bytes);
    std::vector<DecodedFeature> data;
    for (const SentFeature& feature : features) {
      const std::size_t f = feature.index;
      data.push_back(decoded(feature, model.features[f], layout.levels()[f], codes[f]));
    }
    if (with_good) examples.push_back({description, bytes, data, Verdict::good});
  };
  add_good("every code 0", [](std::size_t, std::size_t) { return 0; });
  add_good("every code its highest", [](std::size_t, std::size_t levels) { return levels - 1; });
  add_good("codes in between",
           [](std::size_t f, std::size_t levels) { return (f + levels / 2) % levels; });
  bytes.push_back(0);
  examples.push_back({"a byte too long", bytes, {}, Verdict::wrong_length});
  bytes.resize(layout.bytes());
  if (model.tag) {
    bytes.front() ^= 1U;
    examples.push_back({"another model's message", bytes, {}, Verdict::wrong_tag});
  }
  return examples;
}

std::string codec_id(std::string_view name) {
  constexpr std::string_view ending = "-codec";
  constexpr std::size_t longest = 36;
  std::string id(name.substr(0, longest - ending.size()));
  std::ranges::replace(id, '_', '-');
  while (id.ends_with('-')) id.pop_back();
  return id + std::string(ending);
}

std::string codec_yaml(const std::string& name, const model::Model& model,
                       const std::vector<Example>& examples,
                       const std::vector<std::optional<Quantity>>& quantities, bool flat) {
  using Item = templates::CodecYaml::ExamplesItem;
  std::vector<Item> items;
  for (const Example& example : examples) {
    const bool good = example.verdict == Verdict::good;
    items.push_back(
        {.description = example.description,
         .features = features_of<Item>(example, flat),
         .good = good,
         .message = message_text(example),
         .normalized = good && !quantities.empty() ? normalized_text(example, quantities) : "",
         .wrong_bytes = wrong_bytes(example),
         .wrong_tag = wrong_tag(example, model)});
  }
  return templates::CodecYaml{.bytes = model.layout().bytes(), .examples = items, .name = name}
      .filled();
}

std::string examples_json(const model::Model& model, const std::vector<Example>& examples,
                          bool flat) {
  using Item = templates::ExamplesJson::ExamplesItem;
  std::vector<Item> items;
  for (const Example& example : examples) {
    items.push_back({.description = example.description,
                     .features = features_of<Item>(example, flat),
                     .good = example.verdict == Verdict::good,
                     .message = message_text(example),
                     .wrong_bytes = wrong_bytes(example),
                     .wrong_tag = wrong_tag(example, model)});
  }
  return templates::ExamplesJson{.bytes = model.layout().bytes(), .examples = items}.filled();
}

}  // namespace terse::export_js
