// The loop for AVR. Its comparison leaves the code's bit in the carry, which rotates into the
// message; a one set in front of the waiting bits falls out when a byte is full. Thresholds are
// compared as unsigned numbers, middle first, so that the address of the next one differs by a
// constant between the two outcomes.
//
// Where a key passes a number by reaching it, the comparison wants a carry coming in, which costs
// nothing where the carry of what comes before is known: then the waiting bits follow a zero
// instead of a one, and leave a carry until they are full; the step to the next row does, too.
#include "terse/export/c/avr.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "terse/export/c/keys.h"
#include "terse/export/c/literals.h"
#include "terse/export/c/rows.h"
#include "terse/export/c/templates.h"

namespace terse::export_c {
namespace {

using Step = templates::AvrC::StepsItem;

/// The sign bit of a two-byte reading, turned so that it compares as unsigned.
constexpr std::uint32_t sign_bit = 0x8000;

/// The comparison that finds this bit of the code; the labels are those of the assembler.
Step step(unsigned key_bytes, unsigned code_bits, unsigned bit, bool reaches) {
  const unsigned apart = key_bytes << bit;
  const unsigned onward = apart / 2 - key_bytes;
  const bool last = bit == 0;
  const bool moves_on = !last && onward != 0;
  const bool fills = last || 8 % code_bits != 0;
  return {.back = last ? "" : std::to_string(apart),
          .carry_after_full = reaches && fills && !last && !moves_on,
          .carry_after_move = reaches && moves_on,
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

bool fits(const KeyKind& kind, unsigned bits, std::size_t features) {
  if (bits > 4 || features > 255 || kind.bytes > 2 || kind.descending || kind.wide()) return false;
  if (kind.constant() != 0 && kind.constant() != sign_bit) return false;
  return kind.shift <= 2 || kind.shift == 8;
}

}  // namespace

std::string avr_encode(const Encoder& encoder) {
  const auto bits = uniform_bits(encoder);
  if (!bits || encoder.radix() || packs_ten_bits(encoder)) return "";
  const KeyKind kind = key_kinds(encoder).distinct.front();
  if (!fits(kind, *bits, encoder.features.size())) return "";
  const RowComparison comparison = row_comparison(encoder);
  std::vector<Step> steps;
  for (unsigned bit = *bits; bit-- > 0;) {
    steps.push_back(step(kind.bytes, *bits, bit, comparison.reaches));
  }
  const bool high_byte_only = kind.bytes == 1 && kind.shift == 8;
  const std::size_t rest = *bits * encoder.features.size() % 8;
  return templates::AvrC{
      .fill_bits = rest == 0 ? "" : std::to_string(8 - rest),
      .high_byte_only = high_byte_only,
      .in_row = comparison.largest == LargestKey::in_row,
      .inputs = inputs_of(kind, comparison),
      .key_bits = 8 * kind.bytes,
      .lowers_largest = comparison.largest == LargestKey::lowered,
      .middle = (1U << (*bits - 1)) - 1,
      .one_byte_readings = kind.type == export_text::ReadingType::uint8,
      .prefix = encoder.prefix,
      .reaches = comparison.reaches,
      .refuses = encoder.may_refuse(),
      .register_bits = kind.bytes == 1 && kind.shift != 2 ? 8 : 16,
      .row_bytes = row_elements(encoder) * kind.bytes,
      .row_end = kind.bytes << (*bits - 1),
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
