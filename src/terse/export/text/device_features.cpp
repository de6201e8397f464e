#include "terse/export/text/device_features.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "terse/base/error.h"

namespace terse::export_text {
namespace {

struct TypeFacts {
  std::string_view name;
  ReadingType type;
  std::int64_t lowest;  // of the bits that hold it
  std::int64_t highest;
};

constexpr std::int64_t int32_lowest = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t int32_highest = std::numeric_limits<std::int32_t>::max();

constexpr std::array facts_of_types = {
    TypeFacts{"uint8", ReadingType::uint8, 0, 255},
    TypeFacts{"uint10", ReadingType::uint10, 0, 1023},
    TypeFacts{"int16", ReadingType::int16, -32768, 32767},
    TypeFacts{"uint16", ReadingType::uint16, 0, 65535},
    TypeFacts{"int32", ReadingType::int32, int32_lowest, int32_highest},
    TypeFacts{"float32", ReadingType::float32, int32_lowest, int32_highest},
};

const TypeFacts& facts(ReadingType type) {
  return facts_of_types[static_cast<std::size_t>(type)];
}

/// Largest key, before the shift.
std::uint32_t widest_key(const DeviceFeature& feature) {
  const TypeFacts& type = facts(feature.input.type);
  return static_cast<std::uint32_t>(type.highest - type.lowest);
}

std::uint8_t bytes_for(std::uint32_t largest) {
  return largest <= 0xFF ? 1 : largest <= 0xFFFF ? 2 : 4;
}

/// The number of held values, in the order in which readings ascend, whose reading is not above t.
std::uint64_t held_values_up_to(const DeviceInput& input, float threshold) {
  const std::int64_t low = held_min(input.type);
  const std::int64_t high = held_max(input.type);
  std::uint64_t below = 0;
  std::uint64_t above = static_cast<std::uint64_t>(high - low) + 1;
  while (below < above) {
    const std::uint64_t middle = below + (above - below) / 2;
    const auto step = static_cast<std::int64_t>(middle);
    const std::int64_t held = input.scale < 0.0 ? high - step : low + step;
    if (library_reading(input, held) > threshold) {
      above = middle;
    } else {
      below = middle + 1;
    }
  }
  return below;
}

/// The reading of the held value whose key, before the shift, is `key`.
float reading_near(const DeviceFeature& feature, std::uint32_t key) {
  const TypeFacts& type = facts(feature.input.type);
  const auto steps = static_cast<std::int64_t>(key);
  const std::int64_t held = feature.descending() ? type.highest - steps : type.lowest + steps;
  const ReadingType held_as = feature.input.type;
  return library_reading(feature.input, std::clamp(held, held_min(held_as), held_max(held_as)));
}

std::size_t changed_codes(const DeviceFeature& exact, const DeviceFeature& narrow,
                          base::ConstMatrixView rows, std::size_t column) {
  std::size_t changed = 0;
  for (std::size_t r = 0; r < rows.rows; ++r) {
    const float reading = rows.row(r)[column];
    if (std::isnan(reading)) continue;  // a gap has its own code
    const std::int64_t held = held_value(exact.input, reading);
    changed += exact.code(held) != narrow.code(held) ? 1 : 0;
  }
  return changed;
}

/// The feature with thresholds of `bytes` bytes, and what that changes.
DeviceFeature cut(const DeviceFeature& exact, std::uint8_t bytes, base::ConstMatrixView rows,
                  std::size_t column) {
  DeviceFeature narrow = narrowed(exact, std::min(bytes, exact.bytes));
  narrow.codes_changed = changed_codes(exact, narrow, rows, column);
  return narrow;
}

DeviceFeature narrowest(const DeviceFeature& exact, base::ConstMatrixView rows,
                        std::size_t column) {
  for (const std::uint8_t bytes : {std::uint8_t{1}, std::uint8_t{2}}) {
    if (bytes >= exact.bytes || exact.thresholds.empty()) break;
    DeviceFeature narrow = cut(exact, bytes, rows, column);
    if (rows.rows == 0 ? narrow.moved == 0 : narrow.codes_changed == 0) return narrow;
  }
  return exact;
}

/// Rough cost in flash of looking up each feature's width at run time.
constexpr std::size_t mixed_widths_code_bytes = 80;

bool worth_mixing(std::span<const DeviceFeature> features, std::uint8_t widest) {
  std::size_t mixed = mixed_widths_code_bytes + features.size();
  std::size_t equal = 0;
  for (const DeviceFeature& feature : features) {
    mixed += feature.thresholds.size() * feature.bytes;
    equal += feature.thresholds.size() * widest;
  }
  return mixed < equal;
}

}  // namespace

std::string_view name_of(ReadingType type) {
  return facts(type).name;
}

std::optional<ReadingType> reading_type_of(std::string_view name) {
  for (const TypeFacts& type : facts_of_types) {
    if (type.name == name) return type.type;
  }
  return std::nullopt;
}

std::int64_t float_place(float value) {
  const auto bits = std::bit_cast<std::int32_t>(value);
  return bits < 0 ? int32_lowest - 1 - bits : bits;
}

float float_at_place(std::int64_t place) {
  const std::int64_t bits = place < 0 ? int32_lowest - 1 - place : place;
  return std::bit_cast<float>(static_cast<std::int32_t>(bits));
}

std::int64_t held_min(ReadingType type) {
  if (type == ReadingType::float32) return float_place(-std::numeric_limits<float>::infinity());
  return facts(type).lowest;
}

std::int64_t held_max(ReadingType type) {
  if (type == ReadingType::float32) return float_place(std::numeric_limits<float>::infinity());
  return facts(type).highest;
}

float library_reading(const DeviceInput& input, std::int64_t held) {
  const double value = input.type == ReadingType::float32
                           ? static_cast<double>(float_at_place(held))
                           : static_cast<double>(held);
  const double product = input.scale * value;
  return static_cast<float>(product + input.offset);
}

std::int64_t held_value(const DeviceInput& input, float reading) {
  const double value = (static_cast<double>(reading) - input.offset) / input.scale;
  if (input.type == ReadingType::float32) return float_place(static_cast<float>(value));
  const auto low = static_cast<double>(held_min(input.type));
  const auto high = static_cast<double>(held_max(input.type));
  return static_cast<std::int64_t>(std::clamp(std::nearbyint(value), low, high));
}

bool DeviceInput::takes(std::int64_t held) const {
  if (held < held_min(type) || held > held_max(type)) return false;
  if (limits && (held < limits->first || held > limits->last)) return false;
  return !sentinel || held < sentinel->first || held > sentinel->last;
}

DeviceInput DeviceInput::simplified() const {
  DeviceInput simple = *this;
  HeldRange within = limits.value_or(HeldRange{held_min(type), held_max(type)});
  if (sentinel && sentinel->first <= within.first) {
    within.first = std::max(within.first, sentinel->last + 1);
    simple.sentinel.reset();
  } else if (sentinel && sentinel->last >= within.last) {
    within.last = std::min(within.last, sentinel->first - 1);
    simple.sentinel.reset();
  }
  simple.limits.reset();
  if (within.first > held_min(type) || within.last < held_max(type)) simple.limits = within;
  return simple;
}

bool DeviceInput::may_fail() const {
  // Limits may be those of the type.
  const DeviceInput simple = simplified();
  return type == ReadingType::float32 || simple.sentinel || simple.limits;
}

LimitEnds limit_ends(ReadingType type, const std::optional<HeldRange>& limits) {
  LimitEnds ends;
  if (limits && limits->first > held_min(type)) ends.lowest = limits->first;
  if (limits && limits->last < held_max(type)) ends.highest = limits->last;
  return ends;
}

std::uint32_t DeviceFeature::key(std::int64_t held) const {
  const TypeFacts& type = facts(input.type);
  const std::int64_t steps = descending() ? type.highest - held : held - type.lowest;
  return static_cast<std::uint32_t>(steps) >> shift;
}

std::uint32_t DeviceFeature::largest_key() const {
  return widest_key(*this) >> shift;
}

quantize::Code DeviceFeature::code(std::int64_t held) const {
  const std::uint32_t value = key(held);
  const auto below = std::lower_bound(thresholds.begin(), thresholds.end(), value);
  return static_cast<quantize::Code>(static_cast<std::size_t>(below - thresholds.begin()) + passed);
}

std::int64_t last_held(const DeviceFeature& feature, std::size_t threshold) {
  const TypeFacts& type = facts(feature.input.type);
  const std::int64_t key = static_cast<std::int64_t>(feature.thresholds[threshold]) + 1;
  const std::int64_t steps = (key << feature.shift) - 1;
  return feature.descending() ? type.highest - steps : type.lowest + steps;
}

DeviceFeature exact_feature(const DeviceInput& input, std::span<const float> thresholds) {
  TERSE_CHECK(input.scale != 0.0);
  DeviceFeature feature;
  feature.input = input;
  feature.bytes = bytes_for(widest_key(feature));
  const TypeFacts& type = facts(input.type);
  const std::int64_t low = held_min(input.type);
  const std::int64_t high = held_max(input.type);
  const auto held_values = static_cast<std::uint64_t>(high - low) + 1;
  const std::int64_t before_first = input.scale < 0.0 ? type.highest - high : low - type.lowest;
  for (const float threshold : thresholds) {
    const std::uint64_t up_to = held_values_up_to(input, threshold);
    if (up_to == 0) {
      ++feature.passed;
    } else if (up_to == held_values) {
      ++feature.unreached;
    } else {
      // The key of the last held value that does not pass.
      feature.thresholds.push_back(
          static_cast<std::uint32_t>(static_cast<std::uint64_t>(before_first) + up_to - 1));
    }
  }
  // A NaN, whose key is below all others, passes nothing: no float32 may pass by itself.
  TERSE_CHECK(feature.passed == 0 || input.type != ReadingType::float32);
  return feature;
}

DeviceFeature narrowed(const DeviceFeature& exact, std::uint8_t bytes) {
  TERSE_CHECK(exact.shift == 0 && bytes <= exact.bytes);
  DeviceFeature narrow = exact;
  narrow.bytes = bytes;
  const auto key_bits = static_cast<unsigned>(std::bit_width(widest_key(exact)));
  const unsigned stored_bits = 8U * bytes;
  if (bytes == exact.bytes || key_bits <= stored_bits) return narrow;
  narrow.shift = static_cast<std::uint8_t>(key_bits - stored_bits);
  const std::uint64_t low_bits = (std::uint64_t{1} << narrow.shift) - 1;
  const std::uint64_t largest = (std::uint64_t{1} << stored_bits) - 1;
  for (std::uint32_t& threshold : narrow.thresholds) {
    // key > (stored << shift | low_bits) is what a comparison of the high bits says.
    const std::uint64_t nearest = (threshold + std::uint64_t{1} + low_bits / 2) >> narrow.shift;
    const std::uint64_t stored = std::min(nearest == 0 ? 0 : nearest - 1, largest);
    const auto moved = static_cast<std::uint32_t>(stored << narrow.shift | low_bits);
    if (moved != threshold) {
      ++narrow.moved;
      const double difference = static_cast<double>(reading_near(narrow, moved)) -
                                static_cast<double>(reading_near(narrow, threshold));
      narrow.moved_max = std::max(narrow.moved_max, std::abs(difference));
    }
    threshold = static_cast<std::uint32_t>(stored);
  }
  while (!narrow.thresholds.empty() && narrow.thresholds.back() >= narrow.largest_key()) {
    narrow.thresholds.pop_back();
    ++narrow.unreached;
  }
  return narrow;
}

std::vector<float> device_thresholds(const model::Model& model, std::size_t feature) {
  const model::Feature& facts_of_it = model.features[feature];
  const auto own = model.thresholds.of(feature);
  if (facts_of_it.categories.empty()) return {own.begin(), own.end()};
  std::vector<float> steps(facts_of_it.categories.size() - (facts_of_it.unseen_level ? 0 : 1));
  std::iota(steps.begin(), steps.end(), 0.0F);
  return steps;
}

std::vector<DeviceFeature> device_features(const model::Model& model,
                                           std::span<const DeviceInput> inputs,
                                           base::ConstMatrixView calibration,
                                           std::uint8_t bytes_max) {
  TERSE_CHECK(inputs.size() == model.features.size());
  std::vector<DeviceFeature> exact;
  std::vector<DeviceFeature> features;
  std::uint8_t widest = 1;
  for (std::size_t f = 0; f < inputs.size(); ++f) {
    exact.push_back(exact_feature(inputs[f], device_thresholds(model, f)));
    features.push_back(narrowest(exact[f], calibration, f));
    if (features[f].bytes > bytes_max) features[f] = cut(exact[f], bytes_max, calibration, f);
    if (!features[f].thresholds.empty()) widest = std::max(widest, features[f].bytes);
  }
  if (worth_mixing(features, widest)) return features;
  for (std::size_t f = 0; f < inputs.size(); ++f) {
    if (features[f].bytes < widest && exact[f].bytes >= widest) {
      features[f] = cut(exact[f], widest, calibration, f);
    }
    features[f].bytes = widest;
  }
  return features;
}

}  // namespace terse::export_text
