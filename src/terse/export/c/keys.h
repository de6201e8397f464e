// Keys: the numbers, made from held values, that are compared with thresholds, and which features
// share one way to make and to store them. Private to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terse/export/c/encoder.h"

namespace terse::export_c {

/// Everything that a key depends on besides the held value; features of equal kind share code.
struct KeyKind {
  export_text::ReadingType type = export_text::ReadingType::float32;
  std::uint8_t bytes = 4;
  std::uint8_t shift = 0;
  bool descending = false;
  std::optional<export_text::HeldRange> sentinel;  ///< both simplified
  std::optional<export_text::HeldRange> limits;

  explicit KeyKind(const export_text::DeviceFeature& feature);
  bool operator==(const KeyKind&) const = default;
  bool is_float() const { return type == export_text::ReadingType::float32; }
  /// What is added to the held value (ascending) or what it is taken from (descending), before the
  /// shift, in arithmetic modulo 2^16 or 2^32.
  std::uint32_t constant() const;
  /// Does the arithmetic need 32 bits?
  bool wide() const;
};

/// What is true in C if a held value means a missing reading; empty if none does. value: the
/// count's expression, or a float32's place in the order of all, as the key has it before the
/// shift. In brackets where it has several parts.
std::string no_reading_condition(const KeyKind& kind, std::string_view value);

/// The distinct kinds of the sent features, and each feature's: those that are compared in order of
/// appearance, then those of features that are not, where none says as they do which held values
/// are missing readings.
struct KeyKinds {
  std::vector<KeyKind> distinct;
  std::vector<std::size_t> of_feature;  ///< 0 for features not sent
};
KeyKinds key_kinds(const Encoder& encoder);

/// Bytes of the widest key.
unsigned key_bytes_max(const Encoder& encoder);

/// Whether thresholds are stored in different widths, and so as bytes.
bool widths_differ(const Encoder& encoder);

}  // namespace terse::export_c
