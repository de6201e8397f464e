#include "terse/data/dates.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>

#include "terse/base/error.h"
#include "terse/text/ascii.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

constexpr float gap = std::numeric_limits<float>::quiet_NaN();
constexpr double day_seconds = 86400.0;
constexpr double epoch_min = 946684800.0;   // 2000-01-01
constexpr double epoch_max = 4102444800.0;  // 2100-01-01

/// Takes a text apart from its front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  char front() const { return text_.empty() ? '\0' : text_.front(); }
  void skip_one() { text_.remove_prefix(1); }
  bool skip(char byte) {
    if (front() != byte) return false;
    skip_one();
    return true;
  }
  void skip_blanks() {
    while (front() == ' ') skip_one();
  }
  bool skip_word(std::string_view word) {
    if (!text::same_ignoring_case(text_.substr(0, word.size()), word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  /// A whole number with as many digits as are allowed, or -1.
  int number(std::size_t digits_min, std::size_t digits_max) {
    std::size_t digits = 0;
    int value = 0;
    for (; text::is_digit(front()) && digits < digits_max; ++digits) {
      value = value * 10 + (front() - '0');
      skip_one();
    }
    return digits < digits_min || text::is_digit(front()) ? -1 : value;
  }
  /// What follows a decimal sign: 0.25 for "25".
  double fraction() {
    double value = 0.0;
    for (double place = 0.1; text::is_digit(front()); place /= 10.0) {
      value += place * (front() - '0');
      skip_one();
    }
    return value;
  }

 private:
  std::string_view text_;
};

std::optional<std::int64_t> day_of(int year, int month, int day) {
  if (year < 0 || month < 0 || day < 0) return {};
  if (year < 100) year += year < 70 ? 2000 : 1900;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return {};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// "Z", "+01:00", "-0500", "UTC" and the like: a zone says nothing that is used.
bool zone(Scanner& scanner) {
  scanner.skip_blanks();
  if (scanner.skip_word("UTC") || scanner.skip_word("GMT") || scanner.skip_word("Z")) return true;
  if (!scanner.skip('+') && !scanner.skip('-')) return scanner.at_end();
  const int hours = scanner.number(2, 2);
  if (hours >= 0) return !scanner.skip(':') || scanner.number(2, 2) >= 0;
  return false;
}

// The time behind a date, if there is one; nothing for what is not a time.
std::optional<double> time_of(Scanner& scanner) {
  if (scanner.at_end()) return 0.0;
  if (!scanner.skip('T') && !scanner.skip(' ') && !scanner.skip(',')) return {};
  scanner.skip_blanks();
  if (scanner.at_end()) return 0.0;
  int hours = scanner.number(1, 2);
  if (hours < 0 || hours > 24 || !scanner.skip(':')) return {};
  const int minutes = scanner.number(2, 2);
  if (minutes < 0 || minutes > 59) return {};
  double seconds = 0.0;
  if (scanner.skip(':')) {
    const int whole = scanner.number(2, 2);
    if (whole < 0 || whole > 60) return {};
    seconds = whole;
    if (scanner.skip('.') || scanner.skip(',')) seconds += scanner.fraction();
  }
  scanner.skip_blanks();
  const bool morning = scanner.skip_word("AM");
  const bool evening = !morning && scanner.skip_word("PM");
  if ((morning || evening) && (hours < 1 || hours > 12)) return {};
  if (morning || evening) hours = hours % 12 + (evening ? 12 : 0);
  return hours * 3600.0 + minutes * 60.0 + seconds;
}

std::optional<DateTime> with_time(std::optional<std::int64_t> day, Scanner& scanner) {
  if (!day) return {};
  const auto seconds = time_of(scanner);
  if (!seconds || !zone(scanner) || !scanner.at_end()) return {};
  const bool next_day = *seconds >= day_seconds;  // "24:00"
  return DateTime{*day + (next_day ? 1 : 0), next_day ? *seconds - day_seconds : *seconds};
}

std::optional<DateTime> parse_iso(std::string_view text) {
  Scanner scanner(text);
  const int year = scanner.number(4, 4);
  const char separator = scanner.front();
  if (year < 0 || (separator != '-' && separator != '/' && separator != '.')) return {};
  scanner.skip_one();
  const int month = scanner.number(1, 2);
  if (!scanner.skip(separator)) return {};
  return with_time(day_of(year, month, scanner.number(1, 2)), scanner);
}

std::optional<DateTime> parse_day_and_month(std::string_view text, bool day_first) {
  Scanner scanner(text);
  const int first = scanner.number(1, 2);
  const char separator = scanner.front();
  if (first < 0 || (separator != '.' && separator != '/' && separator != '-')) return {};
  scanner.skip_one();
  const int second = scanner.number(1, 2);
  if (!scanner.skip(separator)) return {};
  Scanner two_digits = scanner;
  int year = scanner.number(4, 4);
  if (year < 0) {
    scanner = two_digits;
    year = scanner.number(2, 2);
  }
  return with_time(day_first ? day_of(year, second, first) : day_of(year, first, second), scanner);
}

std::optional<DateTime> parse_compact(std::string_view text) {
  const auto number = text::parse_number<int>(text);
  if (text.size() != 8 || !number || *number < 19000101 || *number > 21001231) return {};
  const auto day = day_of(*number / 10000, *number / 100 % 100, *number % 100);
  if (!day) return {};
  return DateTime{*day, 0.0};
}

std::optional<DateTime> parse_epoch(std::string_view text, double unit) {
  const auto number = text::parse_number<double>(text);
  if (!number) return {};
  const double seconds = *number / unit;
  if (!(seconds >= epoch_min && seconds < epoch_max)) return {};
  const double day = std::floor(seconds / day_seconds);
  return DateTime{static_cast<std::int64_t>(day), seconds - day * day_seconds};
}

/// An endless circle has no jump between 23 and 0 o'clock.
struct Part {
  std::string_view name;
  double (*turn)(const DateTime&);   // share of the circle
  double (*level)(const DateTime&);  // whole number
};

double weekday_of(const DateTime& date) {
  // 1970-01-01 was a Thursday.
  return static_cast<double>(((date.day + 3) % 7 + 7) % 7);
}

double day_of_year(const DateTime& date) {
  const std::chrono::sys_days day{std::chrono::days(date.day)};
  const std::chrono::year_month_day written{day};
  const std::chrono::sys_days first{written.year() / std::chrono::January / 1};
  return static_cast<double>((day - first).count());
}

constexpr std::array parts = {
    Part{"hour", [](const DateTime& date) { return date.seconds / day_seconds; },
         [](const DateTime& date) { return std::floor(date.seconds / 3600.0); }},
    Part{"weekday", [](const DateTime& date) { return weekday_of(date) / 7.0; },
         [](const DateTime& date) { return weekday_of(date) + 1.0; }},
    Part{"day of year", [](const DateTime& date) { return day_of_year(date) / 365.2425; },
         [](const DateTime& date) { return day_of_year(date) + 1.0; }},
};

std::vector<float> values_of(const DateTime& date, Dates dates) {
  std::vector<float> values;
  for (const Part& part : parts) {
    if (dates == Dates::levels) {
      values.push_back(static_cast<float>(part.level(date)));
      continue;
    }
    const double angle = 2.0 * std::numbers::pi * part.turn(date);
    values.push_back(static_cast<float>(std::sin(angle)));
    values.push_back(static_cast<float>(std::cos(angle)));
  }
  return values;
}

}  // namespace

std::string_view name_of(DateForm form) {
  switch (form) {
    case DateForm::iso:
      return "year first, as 2024-01-31";
    case DateForm::day_first:
      return "day first, as 31.01.2024";
    case DateForm::month_first:
      return "month first, as 01/31/2024";
    case DateForm::compact:
      return "digits alone, as 20240131";
    case DateForm::epoch_seconds:
      return "seconds since 1970";
    case DateForm::epoch_milliseconds:
      return "milliseconds since 1970";
  }
  TERSE_CHECK(false);
}

std::optional<DateTime> parse_date(std::string_view text, DateForm form) {
  text = text::trimmed(text);
  switch (form) {
    case DateForm::iso:
      return parse_iso(text);
    case DateForm::day_first:
      return parse_day_and_month(text, true);
    case DateForm::month_first:
      return parse_day_and_month(text, false);
    case DateForm::compact:
      return parse_compact(text);
    case DateForm::epoch_seconds:
      return parse_epoch(text, 1.0);
    case DateForm::epoch_milliseconds:
      return parse_epoch(text, 1000.0);
  }
  TERSE_CHECK(false);
}

std::optional<FoundDates> find_dates(const std::vector<std::string>& texts) {
  if (texts.empty()) return {};
  const auto fits = [&](DateForm form) {
    return std::ranges::all_of(
        texts, [form](const std::string& text) { return parse_date(text, form).has_value(); });
  };
  for (const DateForm form :
       {DateForm::iso, DateForm::compact, DateForm::epoch_seconds, DateForm::epoch_milliseconds}) {
    if (fits(form)) return FoundDates{form, true};
  }
  const bool day_first = fits(DateForm::day_first);
  const bool month_first = fits(DateForm::month_first);
  if (!day_first && !month_first) return {};
  if (day_first && month_first) {
    const bool slashes = texts.front().find('/') != std::string::npos;
    return FoundDates{slashes ? DateForm::month_first : DateForm::day_first, false};
  }
  return FoundDates{day_first ? DateForm::day_first : DateForm::month_first, true};
}

std::vector<std::string> date_part_names(const std::string& column, Dates dates) {
  std::vector<std::string> names;
  for (const Part& part : parts) {
    if (dates == Dates::levels) names.push_back(fmt::format("{} {}", column, part.name));
    if (dates != Dates::parts) continue;
    names.push_back(fmt::format("{} {} sine", column, part.name));
    names.push_back(fmt::format("{} {} cosine", column, part.name));
  }
  return names;
}

std::string date_column_of(std::string_view part_name) {
  for (const Dates dates : {Dates::parts, Dates::levels}) {
    for (const std::string& ending : date_part_names("", dates)) {
      if (part_name.size() > ending.size() && part_name.ends_with(ending)) {
        return std::string(part_name.substr(0, part_name.size() - ending.size()));
      }
    }
  }
  return {};
}

void replace_by_date_parts(Frame& frame, std::size_t column, Dates dates) {
  const Column texts = std::move(frame.columns[column]);
  const auto found = find_dates(texts.categories);
  TERSE_CHECK(found.has_value());
  std::vector<std::vector<float>> by_category;
  for (const std::string& text : texts.categories) {
    by_category.push_back(values_of(*parse_date(text, found->form), dates));
  }
  frame.columns.erase(frame.columns.begin() + static_cast<std::ptrdiff_t>(column));
  const auto names = date_part_names(texts.name, dates);
  for (std::size_t part = 0; part < names.size(); ++part) {
    Column made;
    made.name = names[part];
    made.first_gap = texts.first_gap;
    for (const float value : texts.values) {
      made.values.push_back(std::isnan(value) ? gap
                                              : by_category[static_cast<std::size_t>(value)][part]);
    }
    frame.columns.push_back(std::move(made));
  }
}

}  // namespace terse::data
