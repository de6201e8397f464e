#include "terse/data/cell_reader.h"

#include <algorithm>
#include <array>
#include <limits>

#include "terse/text/ascii.h"
#include "terse/text/number.h"

namespace terse::data {
namespace {

constexpr Cell gap{CellKind::gap, false, std::numeric_limits<float>::quiet_NaN()};
constexpr Cell no_number{CellKind::text, false, std::numeric_limits<float>::quiet_NaN()};
// Longer numbers have digits that no float holds, but their size still counts.
constexpr std::size_t number_bytes_max = 1024;

}  // namespace

CommaNumber comma_number(std::string_view text) {
  text = text::trimmed(text);
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos || text.find('.') != std::string_view::npos ||
      text.find(',', comma + 1) != std::string_view::npos || text.size() > number_bytes_max) {
    return CommaNumber::none;
  }
  std::string number(text);
  number[comma] = '.';
  if (parse_cell(number, true).kind != CellKind::number) return CommaNumber::none;
  std::string_view whole = text.substr(0, comma);
  if (whole.starts_with('-') || whole.starts_with('+')) whole.remove_prefix(1);
  const std::string_view fraction = text.substr(comma + 1);
  const bool thousands = fraction.size() == 3 && !whole.empty() && whole.size() <= 3 &&
                         whole.front() != '0' && std::ranges::all_of(fraction, text::is_digit);
  return thousands ? CommaNumber::unclear : CommaNumber::decimal;
}

CellReader::CellReader(char decimal, const std::vector<std::string>& missing) : decimal_(decimal) {
  for (const std::string& spelling : missing) {
    const std::string_view word = text::trimmed(spelling);
    const Cell cell = read_number(word, true);
    if (cell.kind == CellKind::number) numbers_.push_back(cell.value);
    words_.emplace_back(word);
  }
}

bool CellReader::named_missing(std::string_view text) const {
  text = text::trimmed(text);
  if (text.empty() || std::ranges::find(words_, text) != words_.end()) return true;
  if (numbers_.empty()) return false;
  const Cell cell = read_number(text, true);
  return cell.kind == CellKind::number && std::ranges::find(numbers_, cell.value) != numbers_.end();
}

Cell CellReader::read_number(std::string_view text, bool quoted) const {
  if (decimal_ == '.') return parse_cell(text, quoted);
  const std::size_t comma = text.find(',');
  // A point would stand between thousands, or for another way of writing: neither is a guess's.
  if (text.find('.') != std::string_view::npos) {
    const Cell cell = parse_cell(text, quoted);
    return cell.kind == CellKind::gap ? cell : no_number;
  }
  if (comma == std::string_view::npos) return parse_cell(text, quoted);
  std::array<char, number_bytes_max> number;
  if (text.size() > number.size()) return no_number;
  std::copy(text.begin(), text.end(), number.begin());
  number[comma] = '.';
  return parse_cell({number.data(), text.size()}, quoted);
}

double CellReader::exact(std::string_view text) const {
  text = text::trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::array<char, number_bytes_max> number;
  if (text.size() > number.size()) return std::numeric_limits<double>::quiet_NaN();
  std::copy(text.begin(), text.end(), number.begin());
  std::replace(number.begin(), number.begin() + text.size(), decimal_, '.');
  const auto value = text::parse_number<double>(std::string_view(number.data(), text.size()));
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

Cell CellReader::read(std::string_view text, bool quoted) const {
  const Cell cell = read_number(text, quoted);
  if (cell.kind == CellKind::number) {
    const bool missing = std::ranges::find(numbers_, cell.value) != numbers_.end();
    return missing ? gap : cell;
  }
  if (words_.empty() || cell.kind == CellKind::gap) return cell;
  const bool missing = std::ranges::find(words_, text::trimmed(text)) != words_.end();
  return missing ? gap : cell;
}

}  // namespace terse::data
