#include "terse/export/c/rows.h"

#include <algorithm>
#include <bit>

#include "terse/export/c/keys.h"

namespace terse::export_c {
namespace {

using export_text::DeviceFeature;

/// A feature of the kind that all have, with the width that their keys have.
const DeviceFeature& of_the_kind(const Encoder& encoder) {
  const auto found = std::ranges::find_if(
      encoder.features, [](const DeviceFeature& feature) { return !feature.thresholds.empty(); });
  return found == encoder.features.end() ? encoder.features.front() : *found;
}

/// One kind, codes of equal width, in radix packing full ones: the bits.
std::optional<unsigned> equal_bits(const Encoder& encoder) {
  if (encoder.features.empty() || key_kinds(encoder).distinct.size() != 1) return std::nullopt;
  const std::size_t thresholds = encoder.features.front().all_thresholds();
  if (thresholds == 0) return std::nullopt;
  const auto bits = static_cast<unsigned>(std::bit_width(thresholds));
  for (const DeviceFeature& feature : encoder.features) {
    // A feature without thresholds of its own has a row all the same, and so a key.
    if (static_cast<unsigned>(std::bit_width(feature.all_thresholds())) != bits ||
        (encoder.radix() && feature.levels() != std::size_t{1} << bits) || feature.missing_level ||
        feature.input.type != of_the_kind(encoder).input.type) {
      return std::nullopt;
    }
  }
  return bits;
}

/// Numbers of a row; 0 if there are none.
std::size_t places_of(const Encoder& encoder) {
  return (std::size_t{1} << equal_bits(encoder).value_or(0)) - 1;
}

bool saves_by_packing(const Encoder& encoder) {
  constexpr std::size_t unpacking_code_bytes = 60;
  const DeviceFeature& first = of_the_kind(encoder);
  if (encoder.form != Form::size || first.input.type != export_text::ReadingType::uint10 ||
      first.bytes != 2) {
    return false;
  }
  const std::size_t count = places_of(encoder);
  return encoder.features.size() * (2 * count - packed_row_bytes(count)) > unpacking_code_bytes;
}

bool any_has(const Encoder& encoder, std::size_t DeviceFeature::*count) {
  return std::ranges::any_of(encoder.features,
                             [&](const DeviceFeature& feature) { return feature.*count > 0; });
}

}  // namespace

std::optional<unsigned> uniform_bits(const Encoder& encoder) {
  const std::size_t places = encoder.features.size() * places_of(encoder);
  std::size_t thresholds = 0;
  for (const DeviceFeature& feature : encoder.features) thresholds += feature.thresholds.size();
  // A table of mostly what needs no comparison is shorter with a list of lengths.
  return 2 * thresholds >= places ? equal_bits(encoder) : std::nullopt;
}

RowComparison row_comparison(const Encoder& encoder) {
  RowComparison comparison;
  comparison.reaches = any_has(encoder, &DeviceFeature::passed);
  const std::uint32_t largest_key = of_the_kind(encoder).largest_key();
  const std::size_t places = places_of(encoder);
  const bool none_unreached =
      std::ranges::all_of(encoder.features, [&](const DeviceFeature& feature) {
        return feature.passed + feature.thresholds.size() == places;
      });
  if (!comparison.reaches || none_unreached || largest_key < largest_number(encoder)) {
    return comparison;
  }
  const bool parts = std::ranges::any_of(encoder.features, [&](const DeviceFeature& feature) {
    return !feature.thresholds.empty() && feature.thresholds.back() + 1 == largest_key;
  });
  comparison.largest = parts ? LargestKey::in_row : LargestKey::lowered;
  return comparison;
}

std::uint8_t code_of_largest_key(const Encoder& encoder, std::size_t feature) {
  const DeviceFeature& own = encoder.features[feature];
  const std::size_t code = own.passed + own.thresholds.size();
  const unsigned bits = uniform_bits(encoder).value();
  return static_cast<std::uint8_t>(bits == 8 ? code : (code * 2 + 1) << (7 - bits));
}

std::size_t row_elements(const Encoder& encoder) {
  const std::size_t places = places_of(encoder);
  const bool with_code = row_comparison(encoder).largest == LargestKey::in_row;
  return (packs_ten_bits(encoder) ? packed_row_bytes(places) : places) + (with_code ? 1 : 0);
}

std::vector<std::uint32_t> row_of(const Encoder& encoder, std::size_t feature) {
  const RowComparison comparison = row_comparison(encoder);
  const DeviceFeature& own = encoder.features[feature];
  std::vector<std::uint32_t> row(own.passed, 0);
  for (const std::uint32_t threshold : own.thresholds) {
    row.push_back(threshold + (comparison.reaches ? 1 : 0));
  }
  row.resize(places_of(encoder), largest_number(encoder));
  return row;
}

bool packs_ten_bits(const Encoder& encoder) {
  return uniform_bits(encoder) && saves_by_packing(encoder);
}

std::size_t packed_row_bytes(std::size_t thresholds) {
  return thresholds + (thresholds + 3) / 4;
}

std::uint32_t largest_number(const Encoder& encoder) {
  if (saves_by_packing(encoder)) return 0x3FF;
  return 0xFFFFFFFFU >> (32 - 8 * of_the_kind(encoder).bytes);
}

unsigned element_bytes(const Encoder& encoder) {
  return widths_differ(encoder) || packs_ten_bits(encoder) ? 1 : key_bytes_max(encoder);
}

MixedLists mixed_lists(const Encoder& encoder) {
  return {.kinds = key_kinds(encoder).distinct.size() > 1,
          .gaps = encoder.has_gaps(),
          .passed = any_has(encoder, &DeviceFeature::passed),
          .unreached = any_has(encoder, &DeviceFeature::unreached)};
}

bool counts_bits(const Encoder& encoder) {
  const auto bits = uniform_bits(encoder);
  return !encoder.radix() && bits && 8 % *bits != 0;
}

}  // namespace terse::export_c
