// Descriptions of a table's columns: what each is taken for, and what about it is suspicious.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terse/data/dates.h"
#include "terse/data/frame.h"

namespace terse::data {

enum class ColumnKind : std::uint8_t { number, whole_number, flag, name, date, index, empty };

/// "whole number"
std::string_view name_of(ColumnKind kind);

struct ColumnDescription {
  std::string name;
  std::string unit;
  ColumnKind kind = ColumnKind::number;
  std::string why;           ///< it is taken for that
  std::size_t distinct = 0;  ///< values, without gaps
  std::size_t gaps = 0;
  std::optional<double> low;  ///< numbers: the smallest and largest; dates: none
  std::optional<double> high;
  std::optional<double> skew;  ///< third standardised moment of the finite numbers
  std::vector<std::string> suspicions;
};

struct DescribeOptions {
  std::string target;  ///< for leaks; may be empty
  /// Rows that are looked at, spread over the table; 0: all.
  std::size_t rows_max = 0;
};

/// One description per column of a frame whose text columns were read as text. Suspicions: a
/// constant; an index; a copy of another column; numbers taken for names;
/// times that are not in order, and those in numbers; a column that follows the target in nearly
/// every row.
std::vector<ColumnDescription> describe(const Frame& frame, const DescribeOptions& options);

/// The form of a time that all numbers of a column look like, if they do: digits of a date, or
/// seconds or milliseconds since 1970.
std::optional<DateForm> times_in_numbers(const Column& column);

}  // namespace terse::data
