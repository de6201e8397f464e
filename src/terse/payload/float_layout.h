// The message of a model in full precision: every reading as a big-endian float32, in the order of
// the features.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "terse/payload/layout.h"

namespace terse::payload {

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
