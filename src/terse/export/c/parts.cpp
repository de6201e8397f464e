#include "terse/export/c/parts.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace terse::export_c {

std::string upper_prefix(const CEncoder& encoder) {
  std::string upper = encoder.prefix;
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper + "_";
}

std::string in_comment(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool printable = static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
    text += printable && c != '*' && c != '\\' && c != '?' ? c : '_';
  }
  return text;
}

std::string input_description(const export_text::DeviceInput& input) {
  if (input.scale == 1.0 && input.offset == 0.0)
    return std::string(export_text::name_of(input.type));
  return fmt::format("{}: reading = {} * held{}", export_text::name_of(input.type), input.scale,
                     input.offset == 0.0 ? ""
                                         : fmt::format(" {} {}", input.offset < 0 ? '-' : '+',
                                                       std::abs(input.offset)));
}

KeyKind::KeyKind(const export_text::DeviceFeature& feature)
    : type(feature.input.type),
      bytes(feature.bytes),
      shift(feature.shift),
      extra(feature.extra),
      descending(feature.descending()) {}

bool KeyKind::wide() const {
  switch (type) {
    case export_text::ReadingType::uint8:
    case export_text::ReadingType::uint10:
      return false;
    case export_text::ReadingType::int16:
    case export_text::ReadingType::uint16:
      return extra != 0;
    case export_text::ReadingType::int32:
    case export_text::ReadingType::float32:
      break;
  }
  return true;
}

std::uint32_t KeyKind::constant() const {
  const bool holds_int32 =
      type == export_text::ReadingType::int32 || type == export_text::ReadingType::float32;
  const std::int64_t lowest = holds_int32 ? INT32_MIN : export_text::held_min(type);
  const std::int64_t highest = holds_int32 ? INT32_MAX : export_text::held_max(type);
  const auto value = static_cast<std::uint32_t>((descending ? highest : -lowest) + extra);
  return wide() ? value : value & 0xFFFFU;
}

KeyKinds key_kinds(const CEncoder& encoder) {
  KeyKinds kinds;
  for (const export_text::DeviceFeature& feature : encoder.features) {
    kinds.of_feature.push_back(0);
    if (!feature.sent()) continue;
    const KeyKind kind(feature);
    const auto found = std::find(kinds.distinct.begin(), kinds.distinct.end(), kind);
    kinds.of_feature.back() = static_cast<std::size_t>(found - kinds.distinct.begin());
    if (found == kinds.distinct.end()) kinds.distinct.push_back(kind);
  }
  if (kinds.distinct.empty()) kinds.distinct.emplace_back(encoder.features.front());
  return kinds;
}

std::string key_expression(const CEncoder& encoder, const KeyKind& kind, std::string_view reading) {
  const std::string_view key = unsigned_type(kind.bytes);
  std::string whole;
  if (kind.type == export_text::ReadingType::float32) {
    whole =
        fmt::format("{}_order({}{}, {})", encoder.prefix, reading,
                    encoder.mixes_floats() ? ".value" : "", kind.descending ? "0x80000000UL" : "0");
  } else {
    const std::string_view type = unsigned_type(kind.wide() ? 4 : 2);
    const std::string held =
        fmt::format("({})({}{})", type, reading, encoder.mixes_floats() ? ".count" : "");
    const std::string constant = fmt::format("0x{:X}{}", kind.constant(), kind.wide() ? "UL" : "U");
    if (kind.descending) {
      whole = fmt::format("({})({} - {})", type, constant, held);
    } else if (kind.constant() != 0) {
      whole = fmt::format("({})({} + {})", type, held, constant);
    } else {
      whole = held;
    }
  }
  if (kind.shift != 0) return fmt::format("({})({} >> {})", key, whole, kind.shift);
  return fmt::format("({}){}", key, whole);
}

std::optional<unsigned> uniform_bits(const CEncoder& encoder) {
  if (encoder.features.empty() || key_kinds(encoder).distinct.size() != 1) return std::nullopt;
  const std::size_t count = encoder.features.front().thresholds.size();
  if (count == 0 || !std::has_single_bit(count + 1)) return std::nullopt;
  for (const export_text::DeviceFeature& feature : encoder.features) {
    if (feature.thresholds.size() != count || feature.missing_level) return std::nullopt;
  }
  return static_cast<unsigned>(std::bit_width(count));
}

std::size_t packed_row_bytes(std::size_t thresholds) {
  return thresholds + (thresholds + 3) / 4;
}

bool packs_ten_bits(const CEncoder& encoder) {
  constexpr std::size_t unpacking_code_bytes = 60;
  if (encoder.form != Form::size || !uniform_bits(encoder)) return false;
  const export_text::DeviceFeature& first = encoder.features.front();
  if (first.input.type != export_text::ReadingType::uint10 || first.bytes != 2 || first.extra != 0)
    return false;
  const std::size_t count = first.thresholds.size();
  return encoder.features.size() * (2 * count - packed_row_bytes(count)) > unpacking_code_bytes;
}

std::string_view unsigned_type(unsigned bytes) {
  return bytes == 1 ? "uint8_t" : bytes == 2 ? "uint16_t" : "uint32_t";
}

}  // namespace terse::export_c
