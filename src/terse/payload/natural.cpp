#include "terse/payload/natural.h"

#include <algorithm>
#include <bit>

#include "terse/base/error.h"

namespace terse::payload {
namespace {

__extension__ using Double = unsigned __int128;
constexpr std::size_t word_bits = 64;
constexpr std::size_t word_bytes = 8;

}  // namespace

Natural::Natural(std::size_t words) {
  if (words > few_.size()) many_.resize(words);
  words_ = words > few_.size() ? std::span(many_) : std::span(few_).first(words);
}

void Natural::multiply_add(std::uint64_t factor, std::uint64_t summand) noexcept {
  std::uint64_t carry = summand;
  for (std::uint64_t& word : words_.first(used_)) {
    const Double product = Double{word} * factor + carry;
    word = static_cast<std::uint64_t>(product);
    carry = static_cast<std::uint64_t>(product >> word_bits);
  }
  if (carry == 0) return;
  TERSE_CHECK(used_ < words_.size());
  words_[used_++] = carry;
}

std::uint64_t Natural::divide(std::uint64_t divisor) noexcept {
  std::uint64_t remainder = 0;
  for (std::size_t index = used_; index-- > 0;) {
    const Double dividend = Double{remainder} << word_bits | words_[index];
    words_[index] = static_cast<std::uint64_t>(dividend / divisor);
    remainder = static_cast<std::uint64_t>(dividend % divisor);
  }
  while (used_ > 0 && words_[used_ - 1] == 0) --used_;
  return remainder;
}

std::size_t Natural::bit_width() const noexcept {
  for (std::size_t index = used_; index-- > 0;) {
    if (words_[index] != 0) {
      return index * word_bits + static_cast<std::size_t>(std::bit_width(words_[index]));
    }
  }
  return 0;
}

void Natural::write(std::span<std::uint8_t> bytes) const noexcept {
  TERSE_CHECK(bit_width() <= bytes.size() * 8);
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    const std::size_t index = place / word_bytes;
    const std::uint64_t word = index < used_ ? words_[index] : 0;
    bytes[bytes.size() - 1 - place] = static_cast<std::uint8_t>(word >> place % word_bytes * 8);
  }
}

void Natural::read(std::span<const std::uint8_t> bytes) noexcept {
  TERSE_CHECK(bytes.size() <= words_.size() * word_bytes);
  std::fill(words_.begin(), words_.end(), 0);
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    const std::uint64_t byte = bytes[bytes.size() - 1 - place];
    words_[place / word_bytes] |= byte << place % word_bytes * 8;
  }
  used_ = (bytes.size() + word_bytes - 1) / word_bytes;
}

}  // namespace terse::payload
