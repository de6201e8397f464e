#include "terse/export/c/keys.h"

#include <algorithm>

namespace terse::export_c {

KeyKind::KeyKind(const export_text::DeviceFeature& feature)
    : type(feature.input.type),
      bytes(feature.bytes),
      shift(feature.shift),
      descending(feature.descending()) {}

bool KeyKind::wide() const {
  switch (type) {
    case export_text::ReadingType::uint8:
    case export_text::ReadingType::uint10:
    case export_text::ReadingType::int16:
    case export_text::ReadingType::uint16:
      return false;
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
  const auto value = static_cast<std::uint32_t>(descending ? highest : -lowest);
  return wide() ? value : value & 0xFFFFU;
}

KeyKinds key_kinds(const Encoder& encoder) {
  KeyKinds kinds;
  for (const export_text::DeviceFeature& feature : encoder.features) {
    kinds.of_feature.push_back(0);
    if (feature.thresholds.empty() && !feature.missing_level) continue;
    const KeyKind kind(feature);
    const auto found = std::find(kinds.distinct.begin(), kinds.distinct.end(), kind);
    kinds.of_feature.back() = static_cast<std::size_t>(found - kinds.distinct.begin());
    if (found == kinds.distinct.end()) kinds.distinct.push_back(kind);
  }
  if (kinds.distinct.empty()) kinds.distinct.emplace_back(encoder.features.front());
  return kinds;
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

}  // namespace terse::export_c
