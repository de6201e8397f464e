#include "terse/export/c/keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "terse/export/c/literals.h"

namespace terse::export_c {
namespace {

/// Whether the same held values mean missing readings.
bool asks_alike(const KeyKind& a, const KeyKind& b) {
  const auto asks = [](const KeyKind& kind) {
    return kind.is_float() || kind.sentinel || kind.limits;
  };
  if (!asks(a) && !asks(b)) return true;
  return a.type == b.type && a.sentinel == b.sentinel && a.limits == b.limits &&
         (!a.is_float() || a.descending == b.descending);
}

}  // namespace

KeyKind::KeyKind(const export_text::DeviceFeature& feature)
    : type(feature.input.type),
      bytes(feature.bytes),
      shift(feature.shift),
      descending(feature.descending()),
      sentinel(feature.input.simplified().sentinel),
      limits(feature.input.simplified().limits) {}

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
  const auto [lowest, highest] = export_text::limit_ends(kind.type, kind.limits);
  if (lowest) add(turned ? ">" : "<", *lowest);
  if (highest) add(turned ? "<" : ">", *highest);
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
  kinds.of_feature.resize(encoder.features.size(), 0);
  // The place of the first kind that serves a feature, behind all others if none does.
  const auto take = [&](std::size_t f, auto&& serves) {
    const auto found = std::ranges::find_if(kinds.distinct, serves);
    kinds.of_feature[f] = static_cast<std::size_t>(found - kinds.distinct.begin());
    if (found == kinds.distinct.end()) kinds.distinct.emplace_back(encoder.features[f]);
  };
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    if (encoder.features[f].thresholds.empty()) continue;
    take(f, [own = KeyKind(encoder.features[f])](const KeyKind& kind) { return kind == own; });
  }
  // Nothing is compared with the keys of these, so they may be made in any way.
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    if (!encoder.features[f].thresholds.empty() || !encoder.features[f].sent()) continue;
    take(f, [own = KeyKind(encoder.features[f])](const KeyKind& kind) {
      return asks_alike(kind, own);
    });
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
