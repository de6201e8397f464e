// The loop for AVR. Its comparison leaves the code's bit in the carry, which rotates into the
// message; a one set in front of the waiting bits falls out when a byte is full. Thresholds are
// compared as unsigned numbers, middle first, so that the address of the next one differs by a
// constant between the two outcomes.
#include "terse/export/c/avr.h"

#include "terse/export/c/keys.h"
#include "terse/export/c/literals.h"
#include "terse/export/c/templates.h"

namespace terse::export_c {
namespace {

using Step = templates::AvrC::StepsItem;

/// The sign bit of a two-byte reading, turned so that it compares as unsigned.
constexpr std::uint32_t sign_bit = 0x8000;

/// The comparison that finds this bit of the code; the labels are those of the assembler.
Step step(unsigned key_bytes, unsigned code_bits, unsigned bit) {
  const unsigned apart = key_bytes << bit;
  const unsigned onward = apart / 2 - key_bytes;
  const bool last = bit == 0;
  return {.back = last ? "" : std::to_string(apart),
          .may_fill_byte = last || 8 % code_bits != 0,
          .not_full = 12 + bit,
          .onward = last || onward == 0 ? "" : std::to_string(onward),
          .skip = 2 + bit};
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
  const KeyKind kind(encoder.features.front());
  if (!fits(kind, *bits, encoder.features.size())) return "";
  std::vector<Step> steps;
  for (unsigned bit = *bits; bit-- > 0;) steps.push_back(step(kind.bytes, *bits, bit));
  const bool high_byte_only = kind.bytes == 1 && kind.shift == 8;
  const std::size_t rest = *bits * encoder.features.size() % 8;
  return templates::AvrC{
      .fill_bits = rest == 0 ? "" : std::to_string(8 - rest),
      .high_byte_only = high_byte_only,
      .key_bits = 8 * kind.bytes,
      .middle = (1U << (*bits - 1)) - 1,
      .one_byte_readings = kind.type == export_text::ReadingType::uint8,
      .prefix = encoder.prefix,
      .refuses = encoder.may_refuse(),
      .register_bits = kind.bytes == 1 && kind.shift != 2 ? 8 : 16,
      .row_bytes = ((1U << *bits) - 1) * kind.bytes,
      .shifts = std::vector<templates::AvrC::ShiftsItem>(high_byte_only ? 0 : kind.shift),
      .signed_readings = kind.constant() == sign_bit,
      .steps = steps,
      .tag = hexadecimal(encoder.tag),
      .two_bytes = kind.bytes == 2,
      .upper = encoder.upper_prefix()}
      .filled();
}

}  // namespace terse::export_c
