// Bytes in: a layout, then a payload and codes for it. Whatever unpack() accepts, pack() must write
// again byte for byte; whatever pack() writes, unpack() must give back; and what unpack() refuses
// must leave the codes alone.
//
//   byte 0     bit 0 packing, bit 1 tag, bits 2..7 the most levels a feature may have
//   byte 1     number of features (x 8 if bit 1 of byte 2 is set)
//   byte 2     the tag
//   features   one byte each: levels - 1, modulo the most
//   the rest   the payload; read again as codes
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <vector>

#include "terse/payload/layout.h"

namespace {

using terse::payload::Layout;
using terse::payload::Packing;
using terse::payload::Status;
using terse::quantize::Code;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_accepted(const Layout& layout, std::span<const std::uint8_t> payload) {
  constexpr Code untouched = 0xEE;
  std::vector<Code> codes(layout.features(), untouched);
  if (layout.unpack(payload, codes) != Status::ok) {
    for (const Code code : codes) require(code == untouched);
    return;
  }
  std::vector<std::uint8_t> again(layout.bytes(), 0xAA);
  layout.pack(codes, again);
  require(std::vector<std::uint8_t>(payload.begin(), payload.end()) == again);
}

void check_round_trip(const Layout& layout, std::span<const std::uint8_t> bytes) {
  std::vector<Code> codes(layout.features());
  for (std::size_t feature = 0; feature < codes.size(); ++feature) {
    const std::uint8_t byte = bytes.empty() ? 0xFF : bytes[feature % bytes.size()];
    codes[feature] = static_cast<Code>(byte % layout.levels()[feature]);
  }
  std::vector<std::uint8_t> payload(layout.bytes());
  layout.pack(codes, payload);
  std::vector<Code> found(codes.size());
  require(layout.unpack(payload, found) == Status::ok);
  require(found == codes);
  check_accepted(layout, payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::span<const std::uint8_t> input(data, size);
  if (input.size() < 3) return 0;
  const Packing packing = (input[0] & 1) != 0 ? Packing::radix : Packing::bits;
  const std::size_t levels_most = 1 + std::size_t{input[0]} / 4 * 255 / 63;
  const std::size_t features = std::size_t{input[1]} * ((input[2] & 2) != 0 ? 8 : 1);
  std::optional<std::uint8_t> tag;
  if ((input[0] & 2) != 0) tag = input[2];
  input = input.subspan(3);
  std::vector<std::size_t> levels(features);
  for (std::size_t feature = 0; feature < features; ++feature) {
    const std::uint8_t byte = input.empty() ? 0xFF : input[feature % input.size()];
    levels[feature] = 1 + byte % levels_most;
  }
  const Layout layout(packing, levels, tag);
  const auto rest = input.subspan(input.size() < features ? input.size() : features);
  check_accepted(layout, rest);
  if (rest.size() > layout.bytes()) check_accepted(layout, rest.first(layout.bytes()));
  check_round_trip(layout, rest);
  return 0;
}
