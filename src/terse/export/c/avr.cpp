// The loop for AVR. Its comparison leaves the code's bit in the carry, which rotates into the
// message; a one set in front of the waiting bits falls out when a byte is full. Thresholds are
// compared as unsigned numbers, middle first, so that the address of the next one differs by a
// constant between the two outcomes.
#include <fmt/core.h>

#include "terse/export/c/parts.h"
#include "terse/export/text/text_template.h"

namespace terse::export_c {
namespace {

struct Loop {
  KeyKind kind;
  unsigned bits;

  bool two_bytes() const { return kind.bytes == 2; }
};

std::string line(std::string_view instruction) {
  return fmt::format("      \"{}\\n\\t\"\n", instruction);
}

/// Key of the next reading in registers KL (and KH).
std::string load_key(const Loop& loop) {
  std::string text = line("ld %A[key], %a[readings]+");
  if (loop.kind.type == export_text::ReadingType::uint8) {
    return loop.two_bytes() ? text + line("clr %B[key]") : text;
  }
  const bool high_byte_only = !loop.two_bytes() && loop.kind.shift == 8;
  const std::string_view high = high_byte_only ? "%A[key]" : "%B[key]";
  text += line(fmt::format("ld {}, %a[readings]+", high));
  if (loop.kind.constant() == 0x8000) text += line(fmt::format("subi {}, 0x80", high));
  if (!high_byte_only) {
    for (unsigned shifted = 0; shifted < loop.kind.shift; ++shifted) {
      text += line("lsr %B[key]") + line("ror %A[key]");
    }
  }
  return text;
}

std::string step(const Loop& loop, unsigned bit) {
  const unsigned apart = loop.kind.bytes << bit;
  std::string text = line("lpm %A[threshold], %a[at]+");
  if (loop.two_bytes()) text += line("lpm %B[threshold], %a[at]+");
  text += line("cp %A[threshold], %A[key]");
  if (loop.two_bytes()) text += line("cpc %B[threshold], %B[key]");
  if (bit > 0) {
    text += line(fmt::format("brcs {}f", 2 + bit));
    text += line(fmt::format("sbiw %[at], {}", apart));  // carry stays clear
    text += fmt::format("      \"{}: rol %[waiting]\\n\\t\"\n", 2 + bit);
  } else {
    text += line("rol %[waiting]");
  }
  if (bit == 0 || 8 % loop.bits != 0) {
    text += line(fmt::format("brcc {}f", 12 + bit));
    text += line("st %a[payload]+, %[waiting]");
    text += line("ldi %[waiting], 1");
    text += fmt::format("      \"{}:\\n\\t\"\n", 12 + bit);
  }
  const unsigned onward = apart / 2 - loop.kind.bytes;
  if (bit > 0 && onward > 0) text += line(fmt::format("adiw %[at], {}", onward));
  return text;
}

bool fits(const KeyKind& kind, unsigned bits, std::size_t features) {
  if (bits > 4 || features > 255 || kind.bytes > 2 || kind.descending || kind.wide()) return false;
  if (kind.constant() != 0 && kind.constant() != 0x8000) return false;
  return kind.shift <= 2 || kind.shift == 8;
}

}  // namespace

std::optional<std::string> c_avr_encode(const CEncoder& encoder) {
  const auto bits = uniform_bits(encoder);
  if (!bits || encoder.packing != payload::Packing::bits || packs_ten_bits(encoder)) {
    return std::nullopt;
  }
  const Loop loop{KeyKind(encoder.features.front()), *bits};
  if (!fits(loop.kind, *bits, encoder.features.size())) return std::nullopt;
  std::string steps = load_key(loop);
  for (unsigned bit = *bits; bit-- > 0;) steps += step(loop, bit);
  const std::size_t rest = *bits * encoder.features.size() % 8;
  const unsigned row_bytes = ((1U << *bits) - 1) * loop.kind.bytes;
  return export_text::fill(
      "c_avr_encode.in",
      {{"PREFIX", encoder.prefix},
       {"UPPER", upper_prefix(encoder)},
       {"KEY", unsigned_type(loop.kind.bytes)},
       {"KEY_REGISTERS", loop.kind.bytes == 1 && loop.kind.shift != 2 ? "uint8_t" : "uint16_t"},
       {"MIDDLE", fmt::format("{}", (1U << (*bits - 1)) - 1)},
       {"TAG", encoder.tag ? fmt::format("  *payload++ = 0x{:02X};", *encoder.tag) : ""},
       {"STEPS", steps},
       {"ROW_BYTES", fmt::format("{}", row_bytes)},
       {"REST", rest == 0 ? "" : fmt::format("  *payload = (uint8_t)(waiting << {});", 8 - rest)}});
}

}  // namespace terse::export_c
