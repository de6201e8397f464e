#include "terse/serve/core/device_name.h"

#include "terse/text/utf8.h"

namespace terse::serve::core {
namespace {

constexpr std::size_t device_bytes_max = 128;

}  // namespace

bool is_device_name(std::string_view text) {
  if (text.empty() || text.size() > device_bytes_max) return false;
  while (!text.empty()) {
    const std::size_t bytes = text::utf8_character_bytes(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (bytes == 0 || first < 0x20 || first == 0x7f) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

}  // namespace terse::serve::core
