#include "terse/data/name_suspicions.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "terse/data/cell_reader.h"
#include "terse/text/ascii.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

// Fewer different names that begin with a digit are more often names ("2nd floor", "3A").
constexpr std::size_t names_min = 10;
constexpr double share_min = 0.9;
constexpr std::string_view minus = "\xE2\x88\x92";  // U+2212

bool is_number(const std::string& name) {
  return parse_cell(name, true).kind == CellKind::number;
}

bool has_comma(const std::string& name) {
  return comma_number(name) != CommaNumber::none;
}

bool begins_as_number(std::string_view name) {
  if (name.starts_with(minus)) name.remove_prefix(minus.size());
  if (name.starts_with('-') || name.starts_with('+')) name.remove_prefix(1);
  return !name.empty() && text::is_digit(name.front());
}

}  // namespace

std::string numbers_in_names(const std::vector<std::string>& names) {
  const auto either = [](const std::string& name) { return has_comma(name) || is_number(name); };
  if (std::ranges::any_of(names, has_comma) && std::ranges::all_of(names, either)) {
    return "its names are numbers with a comma: `decimal` comma?";
  }
  const auto begin = static_cast<double>(std::ranges::count_if(names, begins_as_number));
  if (names.size() < names_min || begin < share_min * static_cast<double>(names.size())) return "";
  const auto other = std::ranges::find_if_not(names, is_number);
  if (other == names.end()) return "";
  return fmt::format("its names begin as numbers do ({}): if they are, write only the numbers",
                     text::in_quotes(*other));
}

}  // namespace terse::data
