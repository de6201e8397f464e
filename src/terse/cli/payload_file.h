// Files of payloads: hexadecimal text, one payload a line, or (.bin) all payloads one after the
// other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "terse/model/model.h"

namespace terse::cli {

/// All payloads of a file, one after the other, each of bytes_each bytes. A name ending in .bin is
/// binary. Throws InputError with the line for text that is not hexadecimal and for a length that
/// does not fit.
std::vector<std::uint8_t> read_payloads(const std::string& path, std::size_t bytes_each);

/// The message of one row: its codes packed, or for method fp its readings as big-endian float32.
class MessageWriter {
 public:
  explicit MessageWriter(const model::Model& model);
  std::size_t bytes() const { return bytes_; }
  void write(std::span<const float> readings, std::span<const quantize::Code> codes,
             std::span<std::uint8_t> payload) const;

 private:
  payload::Layout layout_;
  bool full_precision_;
  std::size_t bytes_;
};

/// The readings of an fp message.
void read_float_message(std::span<const std::uint8_t> payload, std::span<float> readings);

}  // namespace terse::cli
