// Features of one kind with full levels need no lists beside their thresholds, but for which in a
// row have codes of equally many bits; others have their number of thresholds, and a kind, looked
// up.
#include "terse/export/c/size.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "terse/export/c/avr.h"
#include "terse/export/c/keys.h"
#include "terse/export/c/literals.h"
#include "terse/export/c/rows.h"
#include "terse/export/c/templates.h"

namespace terse::export_c {
namespace {

using Kind = templates::SizeC::KindsItem;
using Uniform = templates::SizeC::UniformItem;
using Mixed = templates::SizeC::MixedItem;

std::string thresholds_as_bytes(const Encoder& encoder) {
  std::vector<std::uint32_t> bytes;
  for (const export_text::DeviceFeature& feature : encoder.features) {
    for (const std::uint32_t threshold : feature.thresholds) {
      for (unsigned byte = 0; byte < feature.bytes; ++byte) {
        bytes.push_back(threshold >> (8 * byte) & 0xFF);
      }
    }
  }
  if (bytes.empty()) bytes.push_back(0);  // C has no empty arrays
  return number_lines(bytes);
}

/// Low bytes, then high bits: see packs_ten_bits().
std::vector<std::uint32_t> packed(const std::vector<std::uint32_t>& row) {
  std::vector<std::uint32_t> bytes;
  std::vector<std::uint32_t> high((row.size() + 3) / 4, 0);
  for (std::size_t j = 0; j < row.size(); ++j) {
    bytes.push_back(row[j] & 0xFF);
    high[j / 4] |= row[j] >> 8 << (2 * (j % 4));
  }
  bytes.insert(bytes.end(), high.begin(), high.end());
  return bytes;
}

std::string table(const Encoder& encoder) {
  if (widths_differ(encoder)) return thresholds_as_bytes(encoder);
  const bool in_rows = row_bits(encoder).has_value();
  const bool packs = packs_ten_bits(encoder);
  const bool with_code = in_rows && row_comparison(encoder).largest == LargestKey::in_row;
  std::vector<std::uint32_t> numbers;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    std::vector<std::uint32_t> row = in_rows ? row_of(encoder, f) : encoder.features[f].thresholds;
    if (packs) row = packed(row);
    if (with_code) row.push_back(code_of_largest_key(encoder, f));
    numbers.insert(numbers.end(), row.begin(), row.end());
  }
  if (numbers.empty()) numbers.push_back(0);
  const char* suffix = element_bytes(encoder) == 4 ? "UL" : "";
  return number_lines(numbers,
                      [&](std::uint32_t number) { return fmt::format("{}{}", number, suffix); });
}

/// Of the variables in the templates. A float32's key is its place, unless that is shifted.
std::string no_reading(const Encoder& encoder, const KeyKind& kind) {
  const std::string_view member = !encoder.mixes_floats() ? ""
                                  : kind.is_float()       ? ".value"
                                                          : ".count";
  std::string value = fmt::format("reading{}", member);
  if (kind.is_float()) {
    value = kind.shift == 0 ? "key"
                            : fmt::format("{}_order({}, {})", encoder.prefix, value,
                                          kind.descending ? "0x80000000UL" : "0");
  }
  return no_reading_condition(kind, value);
}

std::vector<Kind> kinds_of(const Encoder& encoder, const KeyKinds& kinds) {
  std::vector<Kind> items;
  for (std::size_t k = 0; k < kinds.distinct.size(); ++k) {
    const KeyKind& kind = kinds.distinct[k];
    const bool last = k + 1 == kinds.distinct.size();
    const bool adds = kind.descending || kind.constant() != 0;
    items.push_back({.bytes = kind.bytes,
                     .constant = adds ? fmt::format("0x{:X}U", kind.constant()) : "",
                     .descending = kind.descending,
                     .is_float = kind.is_float(),
                     .key_bits = 8 * kind.bytes,
                     .no_reading = no_reading(encoder, kind),
                     .number = last ? "" : std::to_string(k),
                     .shift = kind.shift == 0 ? "" : std::to_string(kind.shift),
                     .sum_bits = kind.wide() ? 32 : 16});
  }
  return items;
}

std::vector<Uniform::RunsItem> runs_items(const Encoder& encoder) {
  std::vector<Uniform::RunsItem> items;
  for (const Run& run : runs_of(encoder)) {
    items.push_back({.bits = run.bits, .features = run.features, .places = run.places()});
  }
  return items;
}

Uniform uniform_of(const Encoder& encoder, const std::vector<unsigned>& row_bits) {
  const auto [narrowest, widest] = std::ranges::minmax(row_bits);
  const bool runs = narrowest != widest;
  const RowComparison comparison = row_comparison(encoder);
  // Every code has a last step: its outcome need not be kept.
  const bool last_returns = comparison.reaches && narrowest > 0;
  std::vector<Uniform::StepsItem> steps;
  for (unsigned bit = widest; bit-- > 0;) {
    const std::size_t step = std::size_t{1} << bit;
    steps.push_back({.below = step - 1,
                     .returns = last_returns && bit == 0,
                     .step = step,
                     .wider_than = bit < narrowest ? "" : std::to_string(bit)});
  }
  const std::size_t thresholds = (std::size_t{1} << widest) - 1;
  const std::size_t rest = std::accumulate(row_bits.begin(), row_bits.end(), std::size_t{0}) % 8;
  const bool in_row = comparison.largest == LargestKey::in_row;
  const char* suffix = key_bytes_max(encoder) == 4 ? "UL" : "U";
  return {.bits = runs ? "bits" : std::to_string(widest),
          .fill_bits = encoder.radix() || rest == 0 ? "" : std::to_string(8 - rest),
          .in_row = in_row,
          // Of bytes and words in registers wider than them, which compare without being cut.
          .key_type = (comparison.reaches || runs) && key_bytes_max(encoder) < 4
                          ? "uint_fast16_t"
                          : fmt::format("uint{}_t", 8 * key_bytes_max(encoder)),
          .last_returns = last_returns,
          .levels = thresholds + 1,
          .lowered = comparison.largest == LargestKey::lowered,
          .rare = comparison.largest == LargestKey::as_others
                      ? ""
                      : fmt::format("0x{:X}{}", largest_number(encoder), suffix),
          .rare_shift = runs ? "(8 - bits)" : std::to_string(8 - widest),
          .reaches = comparison.reaches,
          .row = runs ? fmt::format("stream->places{}", in_row ? " + 1" : "")
                      : std::to_string(row_elements(encoder, 0)),
          .row_numbers = runs                      ? "(1U << bits) - 1U"
                         : packs_ten_bits(encoder) ? std::to_string(packed_row_bytes(thresholds))
                                                   : std::to_string(thresholds),
          .runs = runs_items(encoder),
          .steps = steps,
          .thresholds = thresholds};
}

Mixed mixed_of(const Encoder& encoder, const KeyKinds& kinds) {
  std::vector<std::size_t> counts;
  std::vector<int> gaps;
  std::vector<std::size_t> passed;
  std::vector<std::size_t> unreached;
  for (const export_text::DeviceFeature& feature : encoder.features) {
    counts.push_back(feature.thresholds.size());
    gaps.push_back(feature.missing_level ? 1 : 0);
    passed.push_back(feature.passed);
    unreached.push_back(feature.unreached);
  }
  const MixedLists lists = mixed_lists(encoder);
  return {.counts = number_lines(counts),
          .has_top = lists.gaps || lists.passed || lists.unreached,
          .kind_numbers = lists.kinds ? number_lines(kinds.of_feature) : "",
          .missing_levels = number_lines(gaps),
          .passed = lists.passed ? number_lines(passed) : "",
          .unreached = lists.unreached ? number_lines(unreached) : ""};
}

}  // namespace

std::string size_functions(const Encoder& encoder) {
  const KeyKinds kinds = key_kinds(encoder);
  std::optional<Uniform> uniform;
  std::optional<Mixed> mixed;
  if (const auto bits = row_bits(encoder)) {
    uniform = uniform_of(encoder, *bits);
  } else {
    mixed = mixed_of(encoder, kinds);
  }
  return templates::SizeC{.avr = avr_encode(encoder),
                          .counts_bits = counts_bits(encoder),
                          .differ = widths_differ(encoder),
                          .fails = mixed && (encoder.has_gaps() || encoder.may_refuse()),
                          .gaps = encoder.has_gaps(),
                          .key_bits = 8 * key_bytes_max(encoder),
                          .key_bytes = key_bytes_max(encoder),
                          .kinds = kinds_of(encoder, kinds),
                          .mixed = mixed,
                          .mixes = encoder.mixes_floats(),
                          .packed = packs_ten_bits(encoder),
                          .prefix = encoder.prefix,
                          .radix = encoder.radix(),
                          .refuses = encoder.may_refuse(),
                          .row_bits = 8 * element_bytes(encoder),
                          .runs = !runs_of(encoder).empty(),
                          .table = table(encoder),
                          .tag = hexadecimal(encoder.tag),
                          .uniform = uniform,
                          .upper = encoder.upper_prefix()}
      .filled();
}

}  // namespace terse::export_c
