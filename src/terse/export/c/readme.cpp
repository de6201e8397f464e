#include "terse/export/c/readme.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>

#include "terse/export/c/compute.h"
#include "terse/export/c/cost.h"
#include "terse/export/c/descriptions.h"
#include "terse/export/c/literals.h"
#include "terse/export/c/network.h"
#include "terse/export/c/templates.h"

namespace terse::export_c {
namespace {

using Feature = templates::ReadmeMd::FeaturesItem;
using Moved = templates::ReadmeMd::MovedItem;
using Cost = templates::ReadmeMd::CostsItem;
using Network = templates::ReadmeMd::NetworkItem;

std::vector<Feature> features_of(const model::Model& model, const Encoder& encoder) {
  std::vector<Feature> features;
  std::size_t bit = encoder.tag ? 8 : 0;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    const model::Feature& own = model.features[f];
    const auto width = static_cast<std::size_t>(std::bit_width(feature.levels() - 1));
    std::vector<Feature::CategoriesItem> categories;
    for (const std::string& name : own.categories) {
      categories.push_back({.name = in_cell(name), .place = categories.size()});
    }
    features.push_back({.any_other = own.unseen_level ? std::to_string(categories.size()) : "",
                        .categories = categories,
                        .first_bit = bit,
                        .input = own.forest ? "`" + encoder.prefix + "_compute` sets it"
                                            : input_description(feature.input),
                        .last_bit = width > 1 ? std::to_string(bit + width - 1) : "",
                        .levels = feature.levels(),
                        .name = in_cell(encoder.names[f]),
                        .place = f,
                        .sent = feature.sent(),
                        .type = export_text::name_of(feature.input.type),
                        .unit = own.unit});
    bit += width;
  }
  return features;
}

/// Features whose thresholds were rounded.
std::vector<Moved> moved_of(const model::Model& model, const Encoder& encoder) {
  std::vector<Moved> moved;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    if (feature.moved == 0) continue;
    moved.push_back({.count = feature.moved,
                     .max = fmt::format("{:.4g}", feature.moved_max),
                     .place = f,
                     .thresholds = feature.all_thresholds(),
                     .unit = model.features[f].unit});
  }
  return moved;
}

std::vector<Cost> costs_of(const Encoder& encoder) {
  std::vector<Cost> costs;
  for (const DeviceCost& cost : expected_costs(encoder)) {
    costs.push_back({.core = cost.core,
                     .flash_bytes = cost.flash_bytes,
                     .stack_bytes = cost.stack_bytes,
                     .time = cost.time,
                     .time_unit = cost.time_unit});
  }
  return costs;
}

Network network_of(const model::Model& model, const Encoder& encoder) {
  const NetworkFacts facts = network_facts(model, encoder);
  return {.channel_bytes = facts.channel_bytes,
          .decimals = facts.decimals,
          .stack_bytes = facts.stack_bytes,
          .target = in_comment(model.target_name),
          .target_and_unit = target_in_comment(model),
          .weight_bytes = facts.weight_bytes,
          .widths = fmt::format("{}", fmt::join(facts.widths, " "))};
}

std::vector<templates::ReadmeMd::ClassesItem> classes_of(const model::Model& model) {
  std::vector<templates::ReadmeMd::ClassesItem> classes;
  for (const std::string& name : model.labels()) classes.push_back({.name = name});
  return classes;
}

}  // namespace

std::string readme_text(const model::Model& model, const Encoder& encoder, PackageKind kind,
                        const Places& places, const std::string& sketch, bool with_network) {
  const bool size = encoder.form == Form::size;
  std::size_t moved = 0;
  for (const export_text::DeviceFeature& feature : encoder.features) moved += feature.moved;
  const bool has_categories = !std::ranges::all_of(
      model.features, [](const model::Feature& feature) { return feature.categories.empty(); });
  return templates::ReadmeMd{
      .arduino = kind == PackageKind::arduino,
      .c = kind == PackageKind::c,
      .classes = classes_of(model),
      .computed = encoder.computed > 0,
      .computed_bytes = forest_bytes(model),
      .costs = costs_of(encoder),
      .esp_idf = kind == PackageKind::esp_idf,
      .extras = places.extras,
      .fails = std::ranges::any_of(
          encoder.features,
          [](const auto& feature) { return feature.sent() && feature.input.may_fail(); }),
      .feature_count = encoder.features.size(),
      .features = features_of(model, encoder),
      .gaps = encoder.has_gaps(),
      .has_categories = has_categories,
      .headers = places.headers.empty() ? "." : places.headers,
      .holds_floats = encoder.holds_any(export_text::ReadingType::float32),
      .id = encoder.id,
      .model = encoder.model,
      .moved = moved_of(model, encoder),
      .moved_count = moved,
      .network = with_network ? std::optional(network_of(model, encoder)) : std::nullopt,
      .payload_bytes = encoder.layout().bytes(),
      .platformio = kind == PackageKind::platformio,
      .prefix = encoder.prefix,
      .radix = encoder.radix(),
      .refuses = encoder.may_refuse(),
      .sketch = sketch,
      .sources = places.sources,
      .table_bytes = size ? std::to_string(table_bytes(encoder)) : "",
      .tag = hexadecimal(encoder.tag),
      .upper = encoder.upper_prefix(),
      .zephyr = kind == PackageKind::zephyr}
      .filled();
}

}  // namespace terse::export_c
