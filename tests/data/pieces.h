// Texts that arrive in pieces of a chosen size, so that every boundary between blocks is met.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "terse/data/bytes.h"

namespace terse::data {

class PieceBytes : public ByteSource {
 public:
  PieceBytes(std::string_view bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}

  std::size_t read(char* to, std::size_t capacity) override {
    const std::size_t count = bytes_.copy(to, std::min(capacity, piece_));
    bytes_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view bytes_;
  std::size_t piece_;
};

}  // namespace terse::data
