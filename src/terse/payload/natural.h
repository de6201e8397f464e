// One large natural number: just enough arithmetic for mixed radix. Inside the payload room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace terse::payload {

/// Zero at first. Holds 64 bits a word, lowest word first; the caller sees to it that results fit.
/// Allocates only beyond 2048 bits, more than any LoRaWAN message has.
class Natural {
 public:
  explicit Natural(std::size_t words);
  Natural(const Natural&) = delete;
  Natural& operator=(const Natural&) = delete;

  /// value = value * factor + summand
  void multiply_add(std::uint64_t factor, std::uint64_t summand) noexcept;
  /// value = value / divisor; result: the remainder. divisor > 0.
  std::uint64_t divide(std::uint64_t divisor) noexcept;
  /// Number of binary digits, 0 for zero.
  std::size_t bit_width() const noexcept;

  /// Big-endian, zeros in front. The value must fit.
  void write(std::span<std::uint8_t> bytes) const noexcept;
  /// Replaces the value. The bytes must fit the words.
  void read(std::span<const std::uint8_t> bytes) noexcept;

 private:
  std::array<std::uint64_t, 32> few_{};
  std::vector<std::uint64_t> many_;
  std::span<std::uint64_t> words_;
  std::size_t used_ = 0;  ///< words above are zero
};

}  // namespace terse::payload
