#include "terse/export/c/compute.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>

#include "terse/base/error.h"
#include "terse/export/c/descriptions.h"
#include "terse/export/c/literals.h"
#include "terse/export/c/templates.h"
#include "terse/model/forest.h"
#include "terse/text/quoting.h"

namespace terse::export_c {
namespace {

using Item = templates::ComputeC::ForestsItem;

Item item_of(const model::Model& model, std::size_t place) {
  const model::Forest& forest = *model.features[place].forest;
  std::vector<std::uint32_t> places;
  std::vector<std::uint32_t> scales;
  for (const model::ForestInput& input : forest.inputs) {
    places.push_back(input.feature);
    scales.push_back(std::bit_cast<std::uint32_t>(input.offset));
    scales.push_back(std::bit_cast<std::uint32_t>(input.scale));
  }
  std::vector<unsigned> limits;
  for (const std::int16_t limit : forest.thresholds) {
    limits.push_back(static_cast<std::uint16_t>(limit));
  }
  std::vector<unsigned> leaves;
  for (const std::int8_t leaf : forest.leaves) leaves.push_back(static_cast<std::uint8_t>(leaf));
  const std::vector<unsigned> nodes(forest.nodes.begin(), forest.nodes.end());
  return {.input_count = forest.inputs.size(),
          .leaves = number_lines(leaves),
          .limits = number_lines(limits),
          .name = in_comment(model.features[place].name),
          .nodes = number_lines(nodes),
          .number = place - model.readings(),
          .place = place,
          .places = number_lines(places),
          .scales = number_lines(
              scales, [](std::uint32_t bits) { return fmt::format("0x{:08X}UL", bits); }),
          .splits = (std::size_t{1} << forest.depth) - 1,
          .trees = forest.trees()};
}

}  // namespace

std::vector<export_text::File> compute_files(const model::Model& model, const Encoder& encoder) {
  if (encoder.computed == 0) return {};
  std::vector<Item> forests;
  for (std::size_t f = model.readings(); f < model.features.size(); ++f) {
    forests.push_back(item_of(model, f));
  }
  return {{encoder.prefix + "_compute.c",
           templates::ComputeC{.forests = forests,
                               .model = in_comment(encoder.model),
                               .prefix = encoder.prefix,
                               .too_large_for_avr = forests_too_large_for_avr(model),
                               .upper = encoder.upper_prefix()}
               .filled()}};
}

std::string forests_too_large_for_avr(const model::Model& model) {
  constexpr std::size_t object_bytes_max = 32767;
  for (std::size_t f = model.readings(); f < model.features.size(); ++f) {
    const std::size_t bytes = 2 * model.features[f].forest->thresholds.size();
    if (bytes <= object_bytes_max) continue;
    return fmt::format(
        "the trees' thresholds take {} bytes, an object on AVR holds {}; train with fewer "
        "`forest-trees`",
        bytes, object_bytes_max);
  }
  return "";
}

std::size_t forest_bytes(const model::Model& model) {
  std::size_t bytes = 0;
  for (const model::Feature& feature : model.features) {
    if (feature.forest) bytes += model::forest_table_bytes(*feature.forest);
  }
  return bytes;
}

void require_computable(const model::Model& model, std::span<const export_text::DeviceInput> inputs,
                        const std::string& source) {
  if (model.readings() == model.features.size()) return;
  for (std::size_t f = 0; f < inputs.size(); ++f) {
    const export_text::DeviceInput& input = inputs[f];
    const std::string name = text::in_quotes(model.features[f].name);
    if (model.features[f].origin != 0.0) {
      throw base::InputError(source, "",
                             fmt::format("has a computed feature, and {} is a difference from {}",
                                         name, model.features[f].origin),
                             "subtract that from the column in the table, and train again");
    }
    const bool as_it_is = input.type == export_text::ReadingType::float32 && input.scale == 1.0 &&
                          input.offset == 0.0 && !input.sentinel && !input.limits;
    if (as_it_is) continue;
    throw base::OptionError(
        "input", "",
        fmt::format("a feature is computed of the readings, and {} is not one in float32", name),
        "leave it out");
  }
}

}  // namespace terse::export_c
