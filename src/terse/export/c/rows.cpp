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

std::size_t places_of(unsigned bits) {
  return (std::size_t{1} << bits) - 1;
}

unsigned bits_of(const DeviceFeature& feature) {
  return static_cast<unsigned>(std::bit_width(feature.all_thresholds()));
}

/// Whether one comparison serves all features that are sent.
bool compares_alike(const Encoder& encoder) {
  if (encoder.features.empty() || key_kinds(encoder).distinct.size() != 1) return false;
  // A feature without thresholds of its own has a row all the same, and so a key.
  return std::ranges::all_of(encoder.features, [&](const DeviceFeature& feature) {
    return !feature.missing_level && feature.input.type == of_the_kind(encoder).input.type;
  });
}

/// One kind, codes of equal width, in radix packing full ones: the bits.
std::optional<unsigned> equal_bits(const Encoder& encoder) {
  if (!compares_alike(encoder)) return std::nullopt;
  const unsigned bits = bits_of(encoder.features.front());
  if (bits == 0) return std::nullopt;
  for (const DeviceFeature& feature : encoder.features) {
    if (bits_of(feature) != bits ||
        (encoder.radix() && feature.levels() != std::size_t{1} << bits)) {
      return std::nullopt;
    }
  }
  return bits;
}

bool saves_by_packing(const Encoder& encoder) {
  constexpr std::size_t unpacking_code_bytes = 60;
  const DeviceFeature& first = of_the_kind(encoder);
  if (encoder.form != Form::size || first.input.type != export_text::ReadingType::uint10 ||
      first.bytes != 2) {
    return false;
  }
  const std::size_t count = places_of(equal_bits(encoder).value_or(0));
  return encoder.features.size() * (2 * count - packed_row_bytes(count)) > unpacking_code_bytes;
}

bool any_has(const Encoder& encoder, std::size_t DeviceFeature::*count) {
  return std::ranges::any_of(encoder.features,
                             [&](const DeviceFeature& feature) { return feature.*count > 0; });
}

std::vector<unsigned> bits_of_each(const Encoder& encoder) {
  std::vector<unsigned> bits;
  for (const DeviceFeature& feature : encoder.features) bits.push_back(bits_of(feature));
  return bits;
}

std::vector<Run> runs_in(const std::vector<unsigned>& bits) {
  constexpr unsigned features_max = 255;  // a byte
  std::vector<Run> runs;
  for (const unsigned of_feature : bits) {
    if (runs.empty() || runs.back().bits != of_feature || runs.back().features == features_max) {
      runs.push_back({0, of_feature});
    }
    ++runs.back().features;
  }
  return runs;
}

/// Whether rows of different lengths cost hardly more flash than lists of how long they are: a
/// place for each level that is not used, and three bytes for each run, against a byte a feature.
bool rows_are_as_small(const Encoder& encoder) {
  constexpr std::size_t bytes_allowed = 48;
  const MixedLists lists = mixed_lists(encoder);
  const std::vector<unsigned> bits = bits_of_each(encoder);
  std::size_t of_rows = 3 * runs_in(bits).size() + 3;
  std::size_t of_lists = lists.count() * encoder.features.size();
  for (std::size_t f = 0; f < bits.size(); ++f) {
    const DeviceFeature& feature = encoder.features[f];
    of_rows += places_of(bits[f]) * of_the_kind(encoder).bytes;
    of_lists += feature.thresholds.size() * feature.bytes;
  }
  return of_rows <= of_lists + bytes_allowed;
}

bool any_refuses_unsent(const Encoder& encoder) {
  return encoder.may_refuse() && !std::ranges::all_of(encoder.features, &DeviceFeature::sent);
}

}  // namespace

std::optional<std::vector<unsigned>> row_bits(const Encoder& encoder) {
  if (const auto equal = equal_bits(encoder)) {
    std::size_t thresholds = 0;
    for (const DeviceFeature& feature : encoder.features) thresholds += feature.thresholds.size();
    // A table of mostly what needs no comparison is shorter with a list of lengths.
    if (2 * thresholds < encoder.features.size() * places_of(*equal)) return std::nullopt;
    return std::vector<unsigned>(encoder.features.size(), *equal);
  }
  if (encoder.radix() || encoder.form != Form::size || !compares_alike(encoder) ||
      any_refuses_unsent(encoder) || !rows_are_as_small(encoder)) {
    return std::nullopt;
  }
  return bits_of_each(encoder);
}

std::optional<unsigned> uniform_bits(const Encoder& encoder) {
  return row_bits(encoder) ? equal_bits(encoder) : std::nullopt;
}

std::vector<Run> runs_of(const Encoder& encoder) {
  const auto bits = row_bits(encoder);
  return !bits || equal_bits(encoder) ? std::vector<Run>{} : runs_in(*bits);
}

RowComparison row_comparison(const Encoder& encoder) {
  RowComparison comparison;
  comparison.reaches = any_has(encoder, &DeviceFeature::passed);
  const std::uint32_t largest_key = of_the_kind(encoder).largest_key();
  const bool none_unreached =
      std::ranges::all_of(encoder.features, [&](const DeviceFeature& feature) {
        return feature.passed + feature.thresholds.size() == places_of(bits_of(feature));
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
  const unsigned bits = bits_of(own);
  return static_cast<std::uint8_t>(bits == 8 ? code : (code * 2 + 1) << (7 - bits));
}

std::size_t row_elements(const Encoder& encoder, std::size_t feature) {
  const std::size_t places = places_of(bits_of(encoder.features[feature]));
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
  row.resize(places_of(bits_of(own)), largest_number(encoder));
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
  if (encoder.radix()) return false;
  const auto bits = uniform_bits(encoder);
  return bits ? 8 % *bits != 0 : row_bits(encoder).has_value();
}

}  // namespace terse::export_c
