#include "terse/export/c/keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>

#include "terse/export/c/literals.h"

namespace terse::export_c {

KeyKind::KeyKind(const export_text::DeviceFeature& feature)
    : type(feature.input.type),
      bytes(feature.bytes),
      shift(feature.shift),
      extra(feature.extra),
      descending(feature.descending()),
      sentinel(feature.input.simplified().sentinel),
      limits(feature.input.simplified().limits) {}

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

std::string no_reading_condition(const KeyKind& kind, std::string_view value) {
  const auto literal = [&](std::int64_t held) {
    if (!kind.is_float()) return integer_literal(held);
    return fmt::format("0x{:08X}UL", kind.descending ? INT32_MAX - held : held - INT32_MIN);
  };
  const bool turned = kind.is_float() && kind.descending;
  std::vector<std::string> parts;
  const auto add = [&](std::string_view comparison, std::int64_t held) {
    parts.push_back(fmt::format("{} {} {}", value, comparison, literal(held)));
  };
  if (kind.is_float()) parts.push_back(fmt::format("{} == 0", value));  // a NaN
  if (kind.limits && kind.limits->first > export_text::held_min(kind.type)) {
    add(turned ? ">" : "<", kind.limits->first);
  }
  if (kind.limits && kind.limits->last < export_text::held_max(kind.type)) {
    add(turned ? "<" : ">", kind.limits->last);
  }
  if (kind.sentinel) {
    add("==", kind.sentinel->first);
    // The other zero of float32.
    if (kind.sentinel->last != kind.sentinel->first) add("==", kind.sentinel->last);
  }
  if (parts.size() < 2) return parts.empty() ? "" : parts.front();
  return fmt::format("({})", fmt::join(parts, " || "));
}

KeyKinds key_kinds(const Encoder& encoder) {
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

std::optional<unsigned> uniform_bits(const Encoder& encoder) {
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

bool packs_ten_bits(const Encoder& encoder) {
  constexpr std::size_t unpacking_code_bytes = 60;
  if (encoder.form != Form::size || !uniform_bits(encoder)) return false;
  const export_text::DeviceFeature& first = encoder.features.front();
  if (first.input.type != export_text::ReadingType::uint10 || first.bytes != 2 || first.extra != 0)
    return false;
  const std::size_t count = first.thresholds.size();
  return encoder.features.size() * (2 * count - packed_row_bytes(count)) > unpacking_code_bytes;
}

unsigned key_bytes_max(const Encoder& encoder) {
  const KeyKinds kinds = key_kinds(encoder);
  return std::ranges::max_element(kinds.distinct, {}, &KeyKind::bytes)->bytes;
}

bool widths_differ(const Encoder& encoder) {
  const KeyKinds kinds = key_kinds(encoder);
  return std::ranges::any_of(kinds.distinct, [&](const KeyKind& kind) {
    return kind.bytes != kinds.distinct.front().bytes;
  });
}

unsigned element_bytes(const Encoder& encoder) {
  return widths_differ(encoder) || packs_ten_bits(encoder) ? 1 : key_bytes_max(encoder);
}

bool counts_bits(const Encoder& encoder) {
  const auto bits = uniform_bits(encoder);
  return !encoder.radix() && bits && 8 % *bits != 0;
}

}  // namespace terse::export_c
