// Keys: the numbers, made from held values, that are compared with thresholds, and which features
// share one way to make and to store them. Private to the room.
#pragma once

#include <cstdint>
#include <vector>

#include "terse/export/c/encoder.h"

namespace terse::export_c {

/// Everything that a key depends on besides the held value; features of equal kind share code.
struct KeyKind {
  export_text::ReadingType type = export_text::ReadingType::float32;
  std::uint8_t bytes = 4;
  std::uint8_t shift = 0;
  bool descending = false;

  explicit KeyKind(const export_text::DeviceFeature& feature);
  bool operator==(const KeyKind&) const = default;
  bool is_float() const { return type == export_text::ReadingType::float32; }
  /// What is added to the held value (ascending) or what it is taken from (descending), before the
  /// shift, in arithmetic modulo 2^16 or 2^32.
  std::uint32_t constant() const;
  /// Does the arithmetic need 32 bits?
  bool wide() const;
};

/// The distinct kinds of the features whose codes depend on their readings, in order of appearance,
/// and each feature's.
struct KeyKinds {
  std::vector<KeyKind> distinct;
  std::vector<std::size_t> of_feature;  ///< 0 for all others
};
KeyKinds key_kinds(const Encoder& encoder);

/// Bytes of the widest key.
unsigned key_bytes_max(const Encoder& encoder);

/// Whether thresholds are stored in different widths, and so as bytes.
bool widths_differ(const Encoder& encoder);

}  // namespace terse::export_c
