// The loop for AVR. Its comparison leaves the code's bit in the carry, which rotates into the
// message; a one set in front of the waiting bits falls out when a byte is full. Thresholds are
// compared as unsigned numbers, middle first, so that the address of the next one differs by a
// constant between the two outcomes.
//
// Where a key passes a number by reaching it, the comparison wants a carry coming in, which costs
// nothing where the carry of what comes before is known: then the waiting bits follow a zero
// instead of a one, and leave a carry until they are full; the step to the next row does, too.
//
// Codes of different widths begin at different steps of the same loop. What depends on the width is
// in registers, and changes with the run.
#include "terse/export/c/avr.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "terse/export/c/keys.h"
#include "terse/export/c/literals.h"
#include "terse/export/c/rows.h"
#include "terse/export/c/templates.h"

namespace terse::export_c {
namespace {

using Step = templates::AvrC::StepsItem;

/// The sign bit of a two-byte reading, turned so that it compares as unsigned.
constexpr std::uint32_t sign_bit = 0x8000;

/// Where codes of that many bits begin; of none, behind the last step.
unsigned entry_label(unsigned bits) {
  return bits == 0 ? 9 : 30 + bits;
}

/// The comparison that finds this bit of the code; the labels are those of the assembler. bits: of
/// each feature's code.
Step step(unsigned key_bytes, const std::vector<unsigned>& bits, unsigned bit, bool reaches) {
  const unsigned apart = key_bytes << bit;
  const unsigned onward = apart / 2 - key_bytes;
  const bool last = bit == 0;
  const bool moves_on = !last && onward != 0;
  const bool begins = std::ranges::find(bits, bit + 1) != bits.end();
  const bool runs = std::ranges::adjacent_find(bits, std::not_equal_to()) != bits.end();
  const bool fills = last || runs || 8 % bits.front() != 0;
  return {.back = last ? "" : std::to_string(apart),
          .carry_after_full = reaches && fills && !last && !moves_on,
          .carry_after_move = reaches && moves_on,
          .entry = runs && begins ? std::to_string(entry_label(bit + 1)) : "",
          .full = 22 + bit,
          .may_fill_byte = fills,
          .not_full = 12 + bit,
          .onward = moves_on ? std::to_string(onward) : "",
          .skip = 2 + bit};
}

/// Constants that the loop wants in registers; no more than it needs, which would have to be saved.
std::string inputs_of(const KeyKind& kind, const RowComparison& comparison) {
  std::vector<std::string> inputs;
  if (comparison.reaches && kind.constant() == sign_bit) {
    inputs.emplace_back("[sign] \"r\"((uint8_t)0x80)");
  }
  const bool in_row = comparison.largest == LargestKey::in_row;
  if (comparison.largest == LargestKey::lowered || (in_row && kind.bytes == 2)) {
    inputs.emplace_back("[ones] \"r\"((uint8_t)0xFF)");
  }
  return fmt::format("{}", fmt::join(inputs, ", "));
}

/// The widths but the widest, ascending: a row shorter than the next one's begins later.
std::vector<templates::AvrC::NarrowerItem> narrower(std::vector<unsigned> bits,
                                                    unsigned key_bytes) {
  std::ranges::sort(bits);
  bits.erase(std::unique(bits.begin(), bits.end()), bits.end());
  std::vector<templates::AvrC::NarrowerItem> items;
  for (std::size_t i = 0; i + 1 < bits.size(); ++i) {
    items.push_back({.entry = entry_label(bits[i]),
                     .last = i + 2 == bits.size(),
                     .wider_bit = bits[i + 1] - 2 + key_bytes});
  }
  return items;
}

bool fits(const KeyKind& kind, unsigned bits, std::size_t features) {
  if (bits > 4 || features > 255 || kind.bytes > 2 || kind.descending || kind.wide()) return false;
  if (kind.constant() != 0 && kind.constant() != sign_bit) return false;
  return kind.shift <= 2 || kind.shift == 8;
}

}  // namespace

std::string avr_encode(const Encoder& encoder) {
  const auto bits = row_bits(encoder);
  if (!bits || encoder.radix() || packs_ten_bits(encoder)) return "";
  const KeyKind kind = key_kinds(encoder).distinct.front();
  const unsigned widest = std::ranges::max(*bits);
  const bool runs = !runs_of(encoder).empty();
  if (!fits(kind, widest, runs ? 0 : encoder.features.size())) return "";
  const RowComparison comparison = row_comparison(encoder);
  if (runs && comparison.largest == LargestKey::in_row) return "";
  std::vector<Step> steps;
  for (unsigned bit = widest; bit-- > 0;) {
    steps.push_back(step(kind.bytes, *bits, bit, comparison.reaches));
  }
  const bool high_byte_only = kind.bytes == 1 && kind.shift == 8;
  const std::size_t rest = std::accumulate(bits->begin(), bits->end(), std::size_t{0}) % 8;
  return templates::AvrC{
      .fill_bits = rest == 0 ? "" : std::to_string(8 - rest),
      .high_byte_only = high_byte_only,
      .in_row = comparison.largest == LargestKey::in_row,
      .inputs = inputs_of(kind, comparison),
      .key_bits = 8 * kind.bytes,
      .lowers_largest = comparison.largest == LargestKey::lowered,
      .middle = runs ? "" : std::to_string((1U << (widest - 1)) - 1),
      .narrower = narrower(*bits, kind.bytes),
      .one_byte_readings = kind.type == export_text::ReadingType::uint8,
      .prefix = encoder.prefix,
      .reaches = comparison.reaches,
      .refuses = encoder.may_refuse(),
      .register_bits = kind.bytes == 1 && kind.shift != 2 ? 8 : 16,
      .row_bytes = row_elements(encoder, 0) * kind.bytes,
      .row_end = kind.bytes << (widest - 1),
      .runs = runs,
      .shift_loses_carry = comparison.reaches && comparison.largest == LargestKey::as_others &&
                           !high_byte_only && kind.shift != 0,
      .shifts = std::vector<templates::AvrC::ShiftsItem>(high_byte_only ? 0 : kind.shift),
      .signed_readings = kind.constant() == sign_bit,
      .steps = steps,
      .tag = hexadecimal(encoder.tag),
      .two_bytes = kind.bytes == 2,
      .upper = encoder.upper_prefix()}
      .filled();
}

}  // namespace terse::export_c
