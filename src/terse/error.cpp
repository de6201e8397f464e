#include "terse/error.h"

#include <fmt/format.h>

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
  for (const char character : text.substr(0, bytes_max)) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += character;
    }
  }
  return result + (text.size() > bytes_max ? "...'" : "'");
}

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "terse: internal error at %s:%d: %s does not hold; please report this\n",
               file, line, expression);
  std::abort();
}

}  // namespace terse
