// Thresholds in raw units become integers that a device compares with what its firmware holds:
// counts of a converter, scaled values, or the bits of a float32. No rounding happens unless asked
// for: every count gets exactly the code that the library gives to its reading.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/model/model.h"

namespace terse::export_text {

/// What the firmware holds for a feature. uint10: 0..1023 in 16 bits, a 10-bit converter.
enum class ReadingType : std::uint8_t { uint8, uint10, int16, uint16, int32, float32 };

/// "uint8", "uint10", ... and back; nothing for other names.
std::string_view name_of(ReadingType type);
std::optional<ReadingType> reading_type_of(std::string_view name);

/// Held values, as whole numbers (float32: places), from first to last.
struct HeldRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  bool operator==(const HeldRange&) const = default;
};

/// reading in raw units = scale * held value + offset, in double, rounded once to float32.
struct DeviceInput {
  ReadingType type = ReadingType::float32;
  double scale = 1.0;  ///< not zero
  double offset = 0.0;
  /// Held values that say that there is no reading, as do those outside of `limits`, and a NaN.
  std::optional<HeldRange> sentinel = std::nullopt;
  std::optional<HeldRange> limits = std::nullopt;

  /// Whether a held value, which may be a NaN's place, is a reading.
  bool takes(std::int64_t held) const;
  /// sentinel and limits in their simplest form: a sentinel strictly within the limits, limits
  /// that leave out something.
  DeviceInput simplified() const;
  /// Whether some held value means a missing reading.
  bool may_fail() const;
};

/// A held value as a whole number: a count itself; a float32 as its place in the order of all
/// float32 (so that +0 is 0, -0 is -1), which is monotone in the value.
std::int64_t float_place(float value);
float float_at_place(std::int64_t place);

/// The smallest and largest whole number of a type (float32: of the infinities).
std::int64_t held_min(ReadingType type);
std::int64_t held_max(ReadingType type);

/// What the library sees for a held value.
float library_reading(const DeviceInput& input, std::int64_t held);
/// The held value nearest to a reading, within the type's limits.
std::int64_t held_value(const DeviceInput& input, float reading);

/// One feature as the device knows it: code = passed + number of thresholds below key(held value).
/// With lowest and highest held value of the type's bits (for float32 those of int32),
///   key = (held - lowest) >> shift       if the scale is positive,
///   key = (highest - held) >> shift      if it is negative;
/// a NaN has key 0.
struct DeviceFeature {
  DeviceInput input;
  std::uint8_t bytes = 4;  ///< of a stored threshold: 1, 2 or 4
  std::uint8_t shift = 0;
  std::vector<std::uint32_t> thresholds;  ///< ascending; each parts the keys in two
  std::size_t passed = 0;                 ///< more thresholds, which every held value passes
  std::size_t unreached = 0;              ///< more thresholds, which none passes
  bool missing_level = false;             ///< one more code, the last: there is no reading
  std::size_t moved = 0;                  ///< thresholds that rounding has moved
  double moved_max = 0.0;                 ///< by how much at most, in raw units
  std::size_t codes_changed = 0;          ///< rows of the calibration data with another code

  bool descending() const { return input.scale < 0.0; }
  /// Whether a held value may mean a missing reading, which no code says.
  bool may_refuse() const { return sent() && !missing_level && input.may_fail(); }
  std::size_t all_thresholds() const { return passed + thresholds.size() + unreached; }
  std::size_t levels() const { return all_thresholds() + 1 + (missing_level ? 1 : 0); }
  std::uint32_t largest_key() const;
  bool sent() const { return levels() > 1; }
  std::uint32_t key(std::int64_t held) const;
  /// Of a reading.
  quantize::Code code(std::int64_t held) const;
};

/// The lowest and the highest held value that limits let pass; none where they leave nothing out.
struct LimitEnds {
  std::optional<std::int64_t> lowest;
  std::optional<std::int64_t> highest;
};
LimitEnds limit_ends(ReadingType type, const std::optional<HeldRange>& limits);

/// The last held value, in the order in which readings ascend, that does not pass the threshold.
std::int64_t last_held(const DeviceFeature& feature, std::size_t threshold);

/// Without any rounding: code(held) is the library's code of library_reading(held), for every held
/// value. thresholds: ascending, raw units.
DeviceFeature exact_feature(const DeviceInput& input, std::span<const float> thresholds);

/// The same with thresholds of `bytes` bytes: the held value's low bits are not looked at.
DeviceFeature narrowed(const DeviceFeature& exact, std::uint8_t bytes);

/// The thresholds that make a feature's codes, but for the one that says it is missing: the model's
/// own; for a category, whose place in the list is its reading and its code, 0, 1, 2, ...
std::vector<float> device_thresholds(const model::Model& model, std::size_t feature);

/// One per feature of the model (not of method fp), each as narrow as it can be without changing
/// the code of any row of `calibration` (rows x F readings in raw units; may be empty: then without
/// changing the code of any held value), but never wider than bytes_max, whatever changes. Widths
/// are made equal where different ones would cost more code than they save. inputs: one per
/// feature.
std::vector<DeviceFeature> device_features(const model::Model& model,
                                           std::span<const DeviceInput> inputs,
                                           base::ConstMatrixView calibration,
                                           std::uint8_t bytes_max = 4);

}  // namespace terse::export_text
