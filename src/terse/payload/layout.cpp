#include "terse/payload/layout.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "terse/base/error.h"
#include "terse/payload/natural.h"

namespace terse::payload {
namespace {

constexpr unsigned byte_bits = 8;

std::size_t words_for(std::size_t bits) {
  return (bits + 63) / 64;
}

std::uint64_t low_bits(std::uint64_t value, unsigned count) {
  return value & ((std::uint64_t{1} << count) - 1);
}

}  // namespace

std::string_view description(Status status) noexcept {
  switch (status) {
    case Status::ok:
      return "the payload is well formed";
    case Status::wrong_length:
      return "the payload's length is not the model's";
    case Status::impossible_code:
      return "a code is not below its feature's number of levels";
    case Status::nonzero_fill:
      return "a bit after the last code is not zero";
    case Status::wrong_tag:
      return "the first byte is not the model's tag";
  }
  return "unknown status";
}

Layout::Layout(Packing packing, std::vector<std::size_t> levels, std::optional<std::uint8_t> tag)
    : packing_(packing), levels_(std::move(levels)), tag_(tag) {
  for (std::size_t feature = 0; feature < levels_.size(); ++feature) {
    TERSE_CHECK(levels_[feature] >= 1 && levels_[feature] <= quantize::levels_max);
    const auto width = static_cast<std::uint8_t>(std::bit_width(levels_[feature] - 1));
    widths_.push_back(width);
    bits_ += width;
    powers_of_two_ = powers_of_two_ && std::has_single_bit(levels_[feature]);
    if (packing_ == Packing::radix && levels_[feature] > 1) add_to_digits(feature);
  }
  if (packing_ == Packing::radix) {
    Natural largest(words_for(bits_));
    for (const Digit& digit : digits_) largest.multiply_add(digit.product, digit.product - 1);
    bits_ = largest.bit_width();
    largest_.resize((bits_ + byte_bits - 1) / byte_bits);
    largest.write(largest_);
  }
  bytes_ = (tag_ ? 1 : 0) + (bits_ + byte_bits - 1) / byte_bits;
}

void Layout::add_to_digits(std::size_t feature) {
  const std::uint64_t levels = levels_[feature];
  if (digits_.empty() || digits_.back().product > UINT64_MAX / levels) {
    digits_.push_back({feature, 1});
  }
  digits_.back().product *= levels;
}

void Layout::pack(std::span<const quantize::Code> codes, std::span<std::uint8_t> payload) const {
  TERSE_CHECK(codes.size() == features() && payload.size() == bytes_);
  for (std::size_t feature = 0; feature < codes.size(); ++feature) {
    TERSE_CHECK(codes[feature] < levels_[feature]);
  }
  if (tag_) {
    payload.front() = *tag_;
    payload = payload.subspan(1);
  }
  if (packing_ == Packing::bits) {
    pack_bits(codes, payload);
  } else {
    pack_radix(codes, payload);
  }
}

Status Layout::unpack(std::span<const std::uint8_t> payload,
                      std::span<quantize::Code> codes) const noexcept {
  TERSE_CHECK(codes.size() == features());
  if (payload.size() != bytes_) return Status::wrong_length;
  if (tag_) {
    if (payload.front() != *tag_) return Status::wrong_tag;
    payload = payload.subspan(1);
  }
  return packing_ == Packing::bits ? unpack_bits(payload, codes) : unpack_radix(payload, codes);
}

void Layout::pack_bits(std::span<const quantize::Code> codes,
                       std::span<std::uint8_t> payload) const {
  std::uint64_t waiting = 0;
  unsigned waiting_bits = 0;
  std::size_t place = 0;
  for (std::size_t feature = 0; feature < codes.size(); ++feature) {
    waiting = waiting << widths_[feature] | codes[feature];
    waiting_bits += widths_[feature];
    if (waiting_bits >= byte_bits) {  // at most one byte: no code is wider
      waiting_bits -= byte_bits;
      payload[place++] = static_cast<std::uint8_t>(waiting >> waiting_bits);
    }
  }
  if (waiting_bits > 0) {
    payload[place] = static_cast<std::uint8_t>(waiting << (byte_bits - waiting_bits));
  }
}

/// Calls visit(feature, code) for every feature, whatever the bits.
template <typename Visit>
void Layout::each_code(std::span<const std::uint8_t> payload, Visit visit) const noexcept {
  std::uint64_t waiting = 0;
  unsigned waiting_bits = 0;
  std::size_t place = 0;
  for (std::size_t feature = 0; feature < widths_.size(); ++feature) {
    const unsigned width = widths_[feature];
    if (waiting_bits < width) {
      waiting = waiting << byte_bits | payload[place++];
      waiting_bits += byte_bits;
    }
    waiting_bits -= width;
    visit(feature, static_cast<quantize::Code>(low_bits(waiting >> waiting_bits, width)));
  }
}

Status Layout::unpack_bits(std::span<const std::uint8_t> payload,
                           std::span<quantize::Code> codes) const noexcept {
  bool possible = true;
  if (!powers_of_two_) {
    each_code(payload, [&](std::size_t feature, quantize::Code code) {
      possible = possible && code < levels_[feature];
    });
  }
  if (!possible) return Status::impossible_code;
  const std::size_t fill = payload.size() * byte_bits - bits_;
  if (fill > 0 && low_bits(payload.back(), static_cast<unsigned>(fill)) != 0) {
    return Status::nonzero_fill;
  }
  each_code(payload, [&](std::size_t feature, quantize::Code code) { codes[feature] = code; });
  return Status::ok;
}

void Layout::pack_radix(std::span<const quantize::Code> codes,
                        std::span<std::uint8_t> payload) const {
  Natural value(words_for(bits_));
  std::size_t feature = 0;
  for (std::size_t group = 0; group < digits_.size(); ++group) {
    const std::size_t end =
        group + 1 < digits_.size() ? digits_[group + 1].first_feature : codes.size();
    std::uint64_t digit = 0;
    for (; feature < end; ++feature) digit = digit * levels_[feature] + codes[feature];
    value.multiply_add(digits_[group].product, digit);
  }
  value.write(payload);
}

Status Layout::unpack_radix(std::span<const std::uint8_t> payload,
                            std::span<quantize::Code> codes) const noexcept {
  if (std::lexicographical_compare(largest_.begin(), largest_.end(), payload.begin(),
                                   payload.end())) {
    return Status::impossible_code;
  }
  Natural value(words_for(bits_));
  value.read(payload);
  std::size_t feature = codes.size();
  for (std::size_t group = digits_.size(); group-- > 0;) {
    std::uint64_t digit = value.divide(digits_[group].product);
    const std::size_t first = digits_[group].first_feature;
    while (feature-- > first) {
      codes[feature] = static_cast<quantize::Code>(digit % levels_[feature]);
      digit /= levels_[feature];
    }
    feature = first;
  }
  while (feature-- > 0) codes[feature] = 0;
  return Status::ok;
}

}  // namespace terse::payload
