#include "terse/text/csv.h"

#include <fmt/core.h>

#include <cmath>

#include "terse/text/number.h"

namespace terse::text {
namespace {

bool is_number(std::string_view text) {
  const bool plus = text.starts_with('+');
  if (plus) text.remove_prefix(1);
  if (plus && text.starts_with('-')) return false;
  const auto number = parse_number<double>(text);
  return number && std::isfinite(*number);
}

}  // namespace

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string field = "\"";
  for (const char character : text) {
    if (character == '"') field += '"';
    field += character;
  }
  return field + '"';
}

std::string csv_foreign_field(std::string_view text) {
  constexpr std::string_view risky("=+-@\t\r'");
  const bool harmless = text.empty() || risky.find(text.front()) == std::string_view::npos;
  return harmless || is_number(text) ? csv_field(text) : csv_field("'" + std::string(text));
}

std::string csv_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : std::string();
}

}  // namespace terse::text
