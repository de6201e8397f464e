// Rows: the tables of encoders whose features are all compared alike, with a number for every step
// between two codes of the width. One loop serves all codes of equally many bits, without lists
// beside the table; where widths differ, a list says which features in a row share one. Private to
// the room.
//
// A threshold that every held value passes, or none, keeps its place in such a row, as a number
// that makes it so, and a level that the model does not use has a place that none passes: to leave
// them out would take a list of lengths, which is larger, and a loop that takes several times as
// long (decision 55).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "terse/export/c/encoder.h"

namespace terse::export_c {

/// The bits of each feature's code, where the table has rows: none is for gaps, all are of one
/// kind, and either all have equally many bits (in radix packing: 2^bits levels) and most of a
/// row's places are compared, or the table is hardly larger than one with lists.
std::optional<std::vector<unsigned>> row_bits(const Encoder& encoder);

/// The same where all have equally many.
std::optional<unsigned> uniform_bits(const Encoder& encoder);

/// Features one after the other whose codes have equally many bits.
struct Run {
  unsigned features = 0;  ///< 1 to 255
  unsigned bits = 0;      ///< 0: they are not sent
  std::uint8_t places() const { return static_cast<std::uint8_t>((1U << bits) - 1); }
};

/// Rows of different lengths: which follow each other. encoder: with row_bits(); none where
/// uniform_bits() says all.
std::vector<Run> runs_of(const Encoder& encoder);

/// The largest key, where it must not reach the largest number: it is lowered by one first, unless
/// a threshold parts it from the one below; then its code follows each row.
enum class LargestKey : std::uint8_t { as_others, lowered, in_row };

/// How a key passes a number of its row.
struct RowComparison {
  /// By reaching it (>=), where 0 is a number that every key passes; else by exceeding it (>).
  bool reaches = false;
  LargestKey largest = LargestKey::as_others;
};

/// encoder: with row_bits().
RowComparison row_comparison(const Encoder& encoder);

/// The numbers of a feature's row, ascending. encoder: with row_bits().
std::vector<std::uint32_t> row_of(const Encoder& encoder, std::size_t feature);

/// The code of the largest key from the left of a byte, and where there is room a one behind it:
/// "101" is 10110000. encoder: with row_bits().
std::uint8_t code_of_largest_key(const Encoder& encoder, std::size_t feature);

/// Elements of a feature's row, with the code that may follow it. encoder: with row_bits().
std::size_t row_elements(const Encoder& encoder, std::size_t feature);

/// Thresholds of 10 bits, packed: uniform features held as uint10, when that saves more than the
/// code to unpack them takes. A row is the thresholds' low bytes, then their high bits, four a
/// byte, from the least significant bits up.
bool packs_ten_bits(const Encoder& encoder);
std::size_t packed_row_bytes(std::size_t thresholds);

/// The largest number that an element of a row can be, packed or not.
std::uint32_t largest_number(const Encoder& encoder);

/// Bytes of an element of the table of thresholds.
unsigned element_bytes(const Encoder& encoder);

/// What a loop over rows of different lengths looks up beside their thresholds, a byte a feature.
struct MixedLists {
  bool kinds = false;      ///< how each feature is held and compared
  bool gaps = false;       ///< whether there is a code for a missing reading
  bool passed = false;     ///< thresholds that every held value passes
  bool unreached = false;  ///< thresholds that none passes
  /// With the lengths themselves.
  std::size_t count() const {
    return 1U + (kinds ? 1U : 0U) + (gaps ? 1U : 0U) + (passed ? 1U : 0U) + (unreached ? 1U : 0U);
  }
};
MixedLists mixed_lists(const Encoder& encoder);

/// Whether the bits that wait for their byte have to be counted: rows, but codes that do not fill
/// bytes evenly. Elsewhere a one in front of them tells when it is full.
bool counts_bits(const Encoder& encoder);

}  // namespace terse::export_c
