#include "terse/text/csv.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "terse/text/ascii.h"
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

std::vector<std::string> csv_fields(std::string_view record) {
  std::vector<std::string> fields;
  for (bool more = true; more;) {
    record.remove_prefix(std::min(record.find_first_not_of(" \t"), record.size()));
    std::string& field = fields.emplace_back();
    if (record.starts_with('"')) {
      record.remove_prefix(1);
      while (!record.empty() && (record.front() != '"' || record.starts_with("\"\""))) {
        if (record.front() == '"') record.remove_prefix(1);
        field += record.front();
        record.remove_prefix(1);
      }
      if (!record.empty()) record.remove_prefix(1);
    }
    const std::size_t end = std::min(record.find(','), record.size());
    field += trimmed(record.substr(0, end));
    more = end < record.size();
    record.remove_prefix(more ? end + 1 : end);
  }
  return fields;
}

std::string csv_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : std::string();
}

}  // namespace terse::text
