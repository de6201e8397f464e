// The layout of payloads: codes <-> bytes (docs/payload-format.md). The codes of the sent features
// (levels > 1), in model order, are one bit string, most significant bit first in the code and in
// the byte.
//   bits : ceil(log2 levels) bits per code, then zero bits to fill the last byte
//   radix: one big-endian integer by Horner's rule, first feature most significant, in as many
//   bytes as the largest message needs
// A payload that is not exactly what pack() writes is refused, never guessed at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "terse/quantize/thresholds.h"

namespace terse::payload {

enum class Packing : std::uint8_t { bits, radix };

enum class Status : std::uint8_t { ok, wrong_length, impossible_code, nonzero_fill, wrong_tag };

/// One sentence part: "a code is not below its feature's number of levels".
std::string_view description(Status status) noexcept;

/// Knows the message of one model. Immutable; safe from any thread.
class Layout {
 public:
  /// levels: F numbers, 1..256; 1 = not sent. tag: an optional first byte that names the model.
  Layout(Packing packing, std::vector<std::size_t> levels, std::optional<std::uint8_t> tag = {});

  std::size_t features() const noexcept { return levels_.size(); }
  const std::vector<std::size_t>& levels() const noexcept { return levels_; }
  Packing packing() const noexcept { return packing_; }
  std::optional<std::uint8_t> tag() const noexcept { return tag_; }
  /// Bits of information in a message, tag and fill not counted (for radix: the smallest number of
  /// bits that holds every message).
  std::size_t bits() const noexcept { return bits_; }
  /// Length of every message of this model.
  std::size_t bytes() const noexcept { return bytes_; }

  /// codes: F, each below its levels (checked). payload: bytes().
  void pack(std::span<const quantize::Code> codes, std::span<std::uint8_t> payload) const;
  /// payload: any bytes. codes: F, written only if the result is ok. Looks at length, tag, codes
  /// and fill in this order; the status names the first that is wrong. Allocates only for radix
  /// messages of more than 256 bytes.
  Status unpack(std::span<const std::uint8_t> payload,
                std::span<quantize::Code> codes) const noexcept;

 private:
  /// Neighbouring features that together are one digit of at most 64 bits.
  struct Digit {
    std::size_t first_feature;
    std::uint64_t product;  ///< of their levels
  };
  void add_to_digits(std::size_t feature);
  void pack_bits(std::span<const quantize::Code> codes, std::span<std::uint8_t> payload) const;
  void pack_radix(std::span<const quantize::Code> codes, std::span<std::uint8_t> payload) const;
  template <typename Visit>
  void each_code(std::span<const std::uint8_t> payload, Visit visit) const noexcept;
  Status unpack_bits(std::span<const std::uint8_t> payload,
                     std::span<quantize::Code> codes) const noexcept;
  Status unpack_radix(std::span<const std::uint8_t> payload,
                      std::span<quantize::Code> codes) const noexcept;

  Packing packing_;
  std::vector<std::size_t> levels_;
  std::optional<std::uint8_t> tag_;
  std::vector<std::uint8_t> widths_;   ///< ceil(log2 levels)
  bool powers_of_two_ = true;          ///< every level: no code is impossible
  std::vector<Digit> digits_;          ///< radix only
  std::vector<std::uint8_t> largest_;  ///< radix only: the largest message, without tag
  std::size_t bits_ = 0;
  std::size_t bytes_ = 0;
};

/// Knows the message of one model. Immutable; safe from any thread.
class FloatLayout {
 public:
  explicit FloatLayout(std::size_t features) : features_(features) {}

  std::size_t features() const noexcept { return features_; }
  std::size_t bits() const noexcept { return 32 * features_; }
  std::size_t bytes() const noexcept { return 4 * features_; }

  /// readings: F; payload: bytes().
  void pack(std::span<const float> readings, std::span<std::uint8_t> payload) const;
  /// payload: any bytes. readings: F, written only if the result is ok: any bits of a float32, NaN
  /// and infinities too. The only other result is wrong_length.
  Status unpack(std::span<const std::uint8_t> payload, std::span<float> readings) const noexcept;

 private:
  std::size_t features_;
};

}  // namespace terse::payload
