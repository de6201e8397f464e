// Pieces of the generated C that the forms share. Inside the export room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terse/export/c/source.h"

namespace terse::export_c {

/// "MODEL_" for prefix "model".
std::string upper_prefix(const CEncoder& encoder);

/// A name safe inside a comment of C.
std::string in_comment(std::string_view name);

/// "int16: reading = 0.01 * held - 40".
std::string input_description(const export_text::DeviceInput& input);

/// Everything that a key depends on besides the held value; features of equal kind share code.
struct KeyKind {
  export_text::ReadingType type = export_text::ReadingType::float32;
  std::uint8_t bytes = 4;
  std::uint8_t shift = 0;
  std::uint8_t extra = 0;
  bool descending = false;

  explicit KeyKind(const export_text::DeviceFeature& feature);
  bool operator==(const KeyKind&) const = default;
  /// What is added to the held value (ascending) or what it is taken from (descending), before the
  /// shift, in arithmetic modulo 2^16 or 2^32.
  std::uint32_t constant() const;
  /// Does the arithmetic need 32 bits?
  bool wide() const;
};

/// The distinct kinds of the sent features, in order of appearance, and each feature's.
struct KeyKinds {
  std::vector<KeyKind> distinct;
  std::vector<std::size_t> of_feature;  ///< 0 for features not sent
};
KeyKinds key_kinds(const CEncoder& encoder);

/// C expression of the key of `reading` (an expression of the reading type), of type uintN_t with N
/// bits of kind.bytes. For float32 it calls PREFIX_order().
std::string key_expression(const CEncoder& encoder, const KeyKind& kind, std::string_view reading);

/// All features are sent, all of one kind, each with 2^bits - 1 thresholds: no lists beside the
/// table. Result: the bits.
std::optional<unsigned> uniform_bits(const CEncoder& encoder);

/// Thresholds of 10 bits, packed: uniform features held as uint10, when that saves more than the
/// code to unpack them takes. A row is the thresholds' low bytes, then their high bits, four a
/// byte, from the least significant bits up.
bool packs_ten_bits(const CEncoder& encoder);
std::size_t packed_row_bytes(std::size_t thresholds);

/// "uint8_t", "uint16_t" or "uint32_t".
std::string_view unsigned_type(unsigned bytes);

/// Text of the functions for one form, without the files' common beginning.
std::string c_size_functions(const CEncoder& encoder);
std::string c_speed_functions(const CEncoder& encoder);
/// The body of PREFIX_encode() for AVR with its loop in assembler, or nothing where the C version
/// has to do.
std::optional<std::string> c_avr_encode(const CEncoder& encoder);

/// Rows of the README's table of the message; what codes are; what rounding changed.
std::string c_layout_rows(const model::Model& model, const CEncoder& encoder);
std::string c_code_text(const model::Model& model);
std::string c_rounding_text(const model::Model& model, const CEncoder& encoder);

/// Members of the stream type.
std::string c_stream_members(const CEncoder& encoder);

}  // namespace terse::export_c
