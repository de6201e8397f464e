#include "terse/data/cell.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "terse/text/ascii.h"

namespace terse::data {
namespace {

constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

bool is_gap_word(std::string_view text) {
  // What pandas takes for missing by default, and the question mark of ARFF.
  static constexpr std::array<std::string_view, 15> words = {
      "?",    "NA",  "N/A",      "n/a",     "null",   "NULL",     "None",   "<NA>",
      "#N/A", "#NA", "#N/A N/A", "-1.#IND", "1.#IND", "-1.#QNAN", "1.#QNAN"};
  return std::find(words.begin(), words.end(), text) != words.end();
}

// Powers of ten that a float holds exactly.
constexpr std::array<float, 11> exact_powers = {1e0F, 1e1F, 1e2F, 1e3F, 1e4F, 1e5F,
                                                1e6F, 1e7F, 1e8F, 1e9F, 1e10F};

// "-12.375" and the like: with a mantissa below 2^24 and an exact power of ten, one division gives
// the nearest float (Clinger, "How to read floating point numbers accurately", PLDI 1990).
bool parse_short(std::string_view text, float& value) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const bool negative = p != end && *p == '-';
  if (negative) ++p;
  if (end - p > 9 || p == end) return false;
  std::uint32_t mantissa = 0;
  const char* const first = p;
  while (p != end && text::is_digit(*p))
    mantissa = mantissa * 10 + static_cast<unsigned>(*p++ - '0');
  std::ptrdiff_t digits = p - first;
  std::ptrdiff_t decimals = 0;
  if (p != end && *p == '.') {
    const char* const fraction = ++p;
    while (p != end && text::is_digit(*p))
      mantissa = mantissa * 10 + static_cast<unsigned>(*p++ - '0');
    decimals = p - fraction;
    digits += decimals;
  }
  if (p != end || digits == 0 || mantissa >= (1U << 24)) return false;
  const float magnitude =
      static_cast<float>(mantissa) / exact_powers[static_cast<std::size_t>(decimals)];
  value = negative ? -magnitude : magnitude;
  return true;
}

// Whether the decimal number `text` (valid, not zero, out of a float's range) is large, not small.
bool is_large(std::string_view text) {
  const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, mark);
  std::int64_t exponent = 0;
  if (mark < text.size()) {
    std::string_view digits = text.substr(mark + 1);
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    for (const char digit : digits) exponent = std::min(exponent * 10 + (digit - '0'), 1L << 40);
    if (negative) exponent = -exponent;
  }
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = mantissa.find_first_of("123456789");
  // The power of ten of the first digit.
  return exponent + static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) > 0;
}

Cell parse_number(std::string_view text) {
  float value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::invalid_argument || stop != text.data() + text.size()) {
    return {CellKind::text, false, not_a_number};
  }
  if (error == std::errc::result_out_of_range) {
    const bool negative = text.starts_with('-');
    value = is_large(text) ? infinity : 0.0F;
    if (negative) value = -value;
  }
  if (std::isnan(value)) return {CellKind::gap, false, not_a_number};
  return {std::isinf(value) ? CellKind::infinity : CellKind::number,
          text.size() > std::numeric_limits<float>::digits10, value};
}

}  // namespace

Cell parse_cell(std::string_view text, bool quoted) {
  Cell cell{CellKind::number, false, 0};
  if (parse_short(text, cell.value)) return cell;
  text = text::trimmed(text);
  if (text.empty()) return {CellKind::gap, false, not_a_number};
  std::string_view number = text;
  if (number.front() == '+') {
    number.remove_prefix(1);
    if (number.empty() || number.front() == '-') return {CellKind::text, false, not_a_number};
  }
  cell = parse_number(number);
  if (cell.kind == CellKind::text && !quoted && is_gap_word(text)) cell.kind = CellKind::gap;
  return cell;
}

void mark(Column& column, CellKind kind, std::string_view text) {
  // Messages show 60 bytes; one more tells them that there was more.
  constexpr std::size_t bytes_kept = 61;
  CellMark& place = kind == CellKind::text  ? column.first_text
                    : kind == CellKind::gap ? column.first_gap
                                            : column.first_infinity;
  if (!place.present) place = {true, column.values.size(), std::string(text.substr(0, bytes_kept))};
}

}  // namespace terse::data
