#include "terse/serve/core/names.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "terse/text/quoting.h"
#include "terse/text/utf8.h"

namespace terse::serve::core {
namespace {

/// First and last code point: control characters, and what turns or hides the text beside it.
constexpr std::array<std::pair<char32_t, char32_t>, 9> hidden = {{{0x0000, 0x001f},
                                                                  {0x007f, 0x009f},
                                                                  {0x061c, 0x061c},
                                                                  {0x200b, 0x200f},
                                                                  {0x2028, 0x202e},
                                                                  {0x2060, 0x206f},
                                                                  {0xfeff, 0xfeff},
                                                                  {0xfff9, 0xfffb},
                                                                  {0xe0000, 0xe007f}}};

char32_t code_point(std::string_view character) {
  constexpr std::array<unsigned, 5> first_bits = {0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t code = static_cast<unsigned char>(character.front()) & first_bits[character.size()];
  for (const char next : character.substr(1)) {
    code = (code << 6) | (static_cast<unsigned char>(next) & 0x3fU);
  }
  return code;
}

/// Bytes of a character that `text` begins with and that can be shown, or 0.
std::size_t shown_bytes(std::string_view text) {
  const std::size_t bytes = text::utf8_character_bytes(text);
  if (bytes == 0) return 0;
  const char32_t code = code_point(text.substr(0, bytes));
  const bool shown = std::none_of(hidden.begin(), hidden.end(), [code](const auto& range) {
    return code >= range.first && code <= range.second;
  });
  return shown ? bytes : 0;
}

std::string problem_of(const char* what, std::string_view text, std::size_t bytes_max) {
  if (is_plain_text(text, bytes_max)) return "";
  if (text.size() > bytes_max) {
    return fmt::format("the {} has {} bytes; at most {} are taken", what, text.size(), bytes_max);
  }
  return fmt::format("the {} {} is not UTF-8 text without control characters", what,
                     text::in_quotes(presentable(text, bytes_max)));
}

}  // namespace

bool is_plain_text(std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) return false;
  while (!text.empty()) {
    const std::size_t bytes = shown_bytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

bool is_device_name(std::string_view text) {
  return !text.empty() && is_plain_text(text, device_bytes_max);
}

std::string name_problem(const Uplink& uplink) {
  if (uplink.device.empty()) return "the device is not named";
  std::string problem = problem_of("device's name", uplink.device, device_bytes_max);
  if (problem.empty()) problem = problem_of("model's name", uplink.model, name_bytes_max);
  if (problem.empty()) problem = problem_of("session", uplink.session, name_bytes_max);
  if (problem.empty() && uplink.key) problem = problem_of("key", *uplink.key, name_bytes_max);
  return problem;
}

std::string presentable(std::string_view text, std::size_t bytes_max) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t bytes = shown_bytes(text);
    if (shown.size() + std::max<std::size_t>(bytes, 1) > bytes_max) break;
    if (bytes == 0) {
      shown += '?';
      text.remove_prefix(1);
    } else {
      shown += text.substr(0, bytes);
      text.remove_prefix(bytes);
    }
  }
  return shown;
}

}  // namespace terse::serve::core
