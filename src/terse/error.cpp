#include "terse/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace terse {
namespace {

std::string joined(const std::string& source, const std::string& place, const std::string& problem,
                   const std::string& remedy) {
  std::string text = source;
  if (!place.empty()) text += (text.empty() ? "" : ": ") + place;
  text += (text.empty() ? "" : ": ") + problem;
  if (!remedy.empty()) text += "; " + remedy;
  return text;
}

}  // namespace

InputError::InputError(std::string source, std::string place, std::string problem,
                       std::string remedy)
    : std::runtime_error(joined(source, place, problem, remedy)),
      source_(std::move(source)),
      place_(std::move(place)),
      problem_(std::move(problem)),
      remedy_(std::move(remedy)) {}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t bytes_max = 60;
  std::string result = "'";
  while (!text.empty() && result.size() <= bytes_max) {
    const auto byte = static_cast<unsigned char>(text.front());
    const std::size_t length = utf8_character_bytes(text);
    if (length == 0 || byte < 0x20 || byte == 0x7F) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return result + (text.empty() ? "'" : "...'");
}

std::size_t utf8_character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  if (text.empty()) return 0;
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length > text.size()) return 0;
  // The second byte is restricted further where overlong forms, surrogates or too large numbers
  // would begin.
  const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t at = 2; at < length; ++at) {
    if (byte(at) < 0x80 || byte(at) > 0xBF) return 0;
  }
  return length;
}

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "terse: internal error at %s:%d: %s does not hold; please report this\n",
               file, line, expression);
  std::abort();
}

}  // namespace terse
