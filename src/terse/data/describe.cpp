#include "terse/data/describe.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

#include "terse/base/error.h"
#include "terse/data/dates.h"
#include "terse/data/name_suspicions.h"
#include "terse/data/written_columns.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

// Of rank correlations: measured readings of something else do not follow a target so closely.
constexpr double leak_correlation = 0.999;
constexpr std::size_t leak_rows_min = 20;
// Fewer rows count up by chance, as readings of a test do.
constexpr std::size_t counted_rows_min = 10;

using Values = std::vector<float>;

bool whole(float value) {
  return std::isfinite(value) && std::floor(value) == value;
}

/// A column with what is computed of it once.
struct Looked {
  const Column* column = nullptr;
  Values values;  // of the rows that are looked at
  Values sorted;  // the finite ones
  std::optional<FoundDates> dates;
};

std::vector<std::size_t> chosen_rows(std::size_t rows, std::size_t rows_max) {
  const std::size_t count = rows_max == 0 ? rows : std::min(rows, rows_max);
  std::vector<std::size_t> chosen(count);
  for (std::size_t i = 0; i < count; ++i) chosen[i] = i * rows / count;
  return chosen;
}

// The number that was written: 0.1, not the digits of the nearest float.
double shown(const Column& column, float value) {
  if (column.origin != 0.0) return column.origin + static_cast<double>(value);
  return text::parse_number<double>(fmt::format("{}", value)).value_or(value);
}

std::size_t distinct_of(const Values& sorted) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) count += i == 0 || sorted[i] != sorted[i - 1];
  return count;
}

bool counts_up(const Values& values) {
  if (values.size() < counted_rows_min) return false;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] != values[i - 1] + 1.0F) return false;
  }
  return true;
}

std::optional<double> skew_of(const Values& sorted) {
  if (sorted.size() < 3) return {};
  const auto count = static_cast<double>(sorted.size());
  double mean = 0.0;
  for (const float value : sorted) mean += value / count;
  double second = 0.0;
  double third = 0.0;
  for (const float value : sorted) {
    const double difference = value - mean;
    second += difference * difference / count;
    third += difference * difference * difference / count;
  }
  if (!(second > 0.0)) return {};
  return third / (second * std::sqrt(second));
}

// Mean ranks, from 0.
std::vector<double> ranks(const Values& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i) {
      result[order[i]] = static_cast<double>(begin + end - 1) / 2.0;
    }
    begin = end;
  }
  return result;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto count = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / count;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / count;
  double both = 0.0;
  double own_a = 0.0;
  double own_b = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (a[i] - mean_a) * (b[i] - mean_b);
    own_a += (a[i] - mean_a) * (a[i] - mean_a);
    own_b += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return own_a > 0.0 && own_b > 0.0 ? both / std::sqrt(own_a * own_b) : 0.0;
}

/// Rows in which both have a value.
std::pair<Values, Values> present(const Looked& a, const Looked& b) {
  std::pair<Values, Values> result;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    if (!std::isfinite(a.values[i]) || !std::isfinite(b.values[i])) continue;
    result.first.push_back(a.values[i]);
    result.second.push_back(b.values[i]);
  }
  return result;
}

// Names that follow their counterparts: sorted by one column, the other changes only where the
// first does, and no name comes twice.
bool same_grouping(const Values& a, const Values& b) {
  std::map<float, float> other;
  std::map<float, float> back;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto [forth, new_forth] = other.emplace(a[i], b[i]);
    const auto [return_, new_return] = back.emplace(b[i], a[i]);
    if (forth->second != b[i] || return_->second != a[i]) return false;
  }
  return true;
}

// Numbers by which the classes lie apart: as many changes of the class in their order as it takes.
bool sorts_classes(const Values& numbers, const Values& classes) {
  std::vector<std::size_t> order(numbers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return numbers[a] != numbers[b] ? numbers[a] < numbers[b] : classes[a] < classes[b];
  });
  Values sorted = classes;
  std::ranges::sort(sorted);
  std::size_t changes = 1;
  for (std::size_t i = 1; i < order.size(); ++i) {
    changes += classes[order[i]] != classes[order[i - 1]];
  }
  return changes == distinct_of(sorted);
}

std::string leak(const Looked& own, const Looked& target) {
  const auto [values, targets] = present(own, target);
  if (values.size() < leak_rows_min) return {};
  Values sorted = targets;
  std::ranges::sort(sorted);
  if (distinct_of(sorted) < 2) return {};
  const bool named = !own.column->categories.empty();
  if (target.column->categories.empty()) {
    if (named) return {};
    const double found = correlation(ranks(values), ranks(targets));
    if (std::abs(found) < leak_correlation) return {};
    return fmt::format("follows the target (rank correlation {:.4f}): known only with it?", found);
  }
  const bool apart = named ? same_grouping(values, targets) : sorts_classes(values, targets);
  return apart ? "tells the classes of the target apart without an error: known only with them?"
               : "";
}

bool in_order(const Looked& own) {
  std::vector<DateTime> dates;
  for (const std::string& text : own.column->categories) {
    dates.push_back(*parse_date(text, own.dates->form));
  }
  const DateTime* before = nullptr;
  for (const float index : own.values) {
    if (std::isnan(index)) continue;
    const DateTime& date = dates[static_cast<std::size_t>(index)];
    if (before != nullptr &&
        (date.day < before->day || (date.day == before->day && date.seconds < before->seconds))) {
      return false;
    }
    before = &date;
  }
  return true;
}

void describe_names(const Looked& own, ColumnDescription& result) {
  const auto& names = own.column->categories;
  result.kind = ColumnKind::name;
  result.why = "its cells are text";
  result.distinct = distinct_of(own.sorted);
  if (own.dates) {
    result.kind = ColumnKind::date;
    result.why = fmt::format("every cell is a date, {}", name_of(own.dates->form));
    if (!own.dates->clear) result.suspicions.emplace_back("day and month may be swapped");
    if (!in_order(own)) result.suspicions.emplace_back("its rows are not in order of time");
    return;
  }
  std::string numbers = numbers_in_names(names);
  if (!numbers.empty()) {
    result.suspicions.push_back(std::move(numbers));
    return;
  }
  if (own.sorted.size() > 20 && result.distinct == own.sorted.size()) {
    result.suspicions.emplace_back("another name in every row");
  }
}

void describe_times(const Looked& own, ColumnDescription& result) {
  const auto form = times_in_numbers(*own.column);
  if (!form) return;
  result.suspicions.push_back(
      fmt::format("it looks like a time ({}), which the device must know too: `dates` parts makes "
                  "hour, weekday "
                  "and day of the year of it",
                  name_of(*form)));
  const auto unsorted = std::ranges::adjacent_find(own.values, std::greater<>());
  if (unsorted != own.values.end()) {
    result.suspicions.emplace_back("its rows are not in order of time");
  }
}

void describe_numbers(const Frame& frame, std::size_t index, const Looked& own,
                      ColumnDescription& result) {
  result.distinct = distinct_of(own.sorted);
  if (own.sorted.empty()) {
    result.kind = ColumnKind::empty;
    result.why = "it has no number in any row";
    if (is_blank(frame, index)) {
      result.suspicions.emplace_back("it has no name either, and is left out");
    }
    return;
  }
  result.low = shown(*own.column, own.sorted.front());
  result.high = shown(*own.column, own.sorted.back());
  result.skew = skew_of(own.sorted);
  if (is_written_index(frame, index)) {
    result.kind = ColumnKind::index;
    result.why = "it has no name, and another whole number in every row";
    result.suspicions.emplace_back("it is left out, unless a training is told its name");
    return;
  }
  if (counts_up(frame.columns[index].values)) {
    result.kind = ColumnKind::index;
    result.why = "it counts the rows";
    result.suspicions.emplace_back("an index says nothing about a new row: leave it out");
    return;
  }
  if (result.distinct == 2) {
    result.kind = ColumnKind::flag;
    result.why = fmt::format("it is {} or {}", *result.low, *result.high);
  } else if (std::ranges::all_of(own.sorted, whole)) {
    result.kind = ColumnKind::whole_number;
    result.why = "no cell has decimals";
  } else {
    result.why = "its cells are numbers";
  }
  if (result.distinct == 1) {
    result.suspicions.push_back(fmt::format("it is {} in every row", *result.low));
  }
  const CellMark& text = own.column->first_text;
  if (text.present) {
    result.suspicions.push_back(fmt::format("{} is not a number ({})", text::in_quotes(text.text),
                                            frame.place(text.row, index)));
  }
  describe_times(own, result);
}

bool same_values(const Column& a, const Column& b) {
  if (a.categories != b.categories) return false;
  return std::ranges::equal(a.values, b.values, [](float x, float y) {
    return x == y || (std::isnan(x) && std::isnan(y));
  });
}

}  // namespace

std::string_view name_of(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::number:
      return "number";
    case ColumnKind::whole_number:
      return "whole number";
    case ColumnKind::flag:
      return "flag";
    case ColumnKind::name:
      return "name";
    case ColumnKind::date:
      return "date";
    case ColumnKind::index:
      return "index";
    case ColumnKind::empty:
      return "empty";
  }
  TERSE_CHECK(false);
}

std::optional<DateForm> times_in_numbers(const Column& column) {
  if (!column.categories.empty() || column.first_text.present) return {};
  float low = std::numeric_limits<float>::infinity();
  float high = -low;
  std::size_t count = 0;
  for (const float value : column.values) {
    if (std::isnan(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
    ++count;
  }
  const auto within = [&](double from, double to) {
    return count > 2 && column.origin + low >= from && column.origin + high < to;
  };
  if (within(946684800.0, 4102444800.0)) return DateForm::epoch_seconds;
  if (within(946684800e3, 4102444800e3)) return DateForm::epoch_milliseconds;
  if (!within(19000101.0, 21001232.0)) return {};
  // float32 holds such numbers to 2: a day may be off, a month hardly ever.
  const bool months = std::ranges::all_of(column.values, [&](float value) {
    if (std::isnan(value)) return true;
    const double digits = column.origin + value;
    const int month = static_cast<int>(digits) / 100 % 100;
    return std::floor(digits) == digits && month >= 1 && month <= 12;
  });
  if (!months) return {};
  return DateForm::compact;
}

std::vector<ColumnDescription> describe(const Frame& frame, const DescribeOptions& options) {
  const std::vector<std::size_t> rows = chosen_rows(frame.rows, options.rows_max);
  std::vector<Looked> looked(frame.columns.size());
  const Looked* target = nullptr;
  for (std::size_t c = 0; c < looked.size(); ++c) {
    Looked& own = looked[c];
    own.column = &frame.columns[c];
    for (const std::size_t row : rows) own.values.push_back(own.column->values[row]);
    for (const float value : own.values) {
      if (std::isfinite(value)) own.sorted.push_back(value);
    }
    std::ranges::sort(own.sorted);
    if (!own.column->categories.empty()) own.dates = find_dates(own.column->categories);
    if (own.column->name == options.target) target = &own;
  }
  std::vector<ColumnDescription> result(looked.size());
  for (std::size_t c = 0; c < looked.size(); ++c) {
    const Looked& own = looked[c];
    ColumnDescription& description = result[c];
    description.name = own.column->name;
    description.unit = own.column->unit;
    description.gaps = static_cast<std::size_t>(
        std::ranges::count_if(own.column->values, [](float value) { return std::isnan(value); }));
    if (own.column->categories.empty()) {
      describe_numbers(frame, c, own, description);
    } else {
      describe_names(own, description);
    }
    for (std::size_t other = 0; other < c && description.distinct > 1; ++other) {
      if (looked[other].values.empty() || looked[other].values[0] != own.values[0]) continue;
      if (!same_values(*looked[other].column, *own.column)) continue;
      description.suspicions.push_back("a copy of " + text::in_quotes(looked[other].column->name));
      break;
    }
    const bool other = target != nullptr && &own != target;
    const bool usable = description.kind != ColumnKind::date && description.distinct > 1;
    if (other && usable) {
      if (std::string said = leak(own, *target); !said.empty()) {
        description.suspicions.push_back(std::move(said));
      }
    }
  }
  return result;
}

}  // namespace terse::data
