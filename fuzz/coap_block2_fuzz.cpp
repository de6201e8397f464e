// Bodies and Block2 options: every block is a part of the body, at its place, and the blocks of one
// size are the whole of it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "terse/base/error.h"
#include "terse/serve/coap/blocks.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse::serve::coap;
  if (size < 4) return 0;
  const std::uint32_t option = static_cast<std::uint32_t>(data[0]) << 16 | data[1] << 8U | data[2];
  const std::string_view body(reinterpret_cast<const char*>(data + 3), size - 3);
  const auto any = cut(body, data[0] == 255 ? std::nullopt : std::optional(option));
  if (any) {
    TERSE_CHECK(any->part.size() <= 1024 && any->part.data() >= body.data());
    TERSE_CHECK(any->more == (any->part.data() + any->part.size() < body.data() + body.size()));
    TERSE_CHECK(any->block2.has_value() || any->part == body || body.size() > 1024);
  }
  const std::uint32_t exponent = option % 7;
  std::size_t seen = 0;
  bool more = true;
  for (std::uint32_t number = 0; more; ++number) {
    const auto block = cut(body, number << 4 | exponent);
    TERSE_CHECK(block && block->part.data() == body.data() + seen);
    TERSE_CHECK(*block->block2 >> 4 == number && (*block->block2 & 7) == exponent);
    TERSE_CHECK(((*block->block2 & 8) != 0) == block->more);
    seen += block->part.size();
    more = block->more;
  }
  TERSE_CHECK(seen == body.size());
  return 0;
}
