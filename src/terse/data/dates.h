// Columns of dates: their forms, and the parts of a date that a model can use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terse/data/frame.h"

namespace terse::data {

enum class DateForm : std::uint8_t {
  iso,                 ///< 2024-01-31, 2024/01/31T10:00:00.5+01:00 (ISO 8601, RFC 3339)
  day_first,           ///< 31.01.2024 10:00, 31/01/2024, 31-01-24
  month_first,         ///< 01/31/2024 10:00 PM
  compact,             ///< 20240131
  epoch_seconds,       ///< since 1970-01-01, from 2000 to 2100
  epoch_milliseconds,  ///< the same, times 1000
};

/// "day first, as 31.01.2024", for messages.
std::string_view name_of(DateForm form);

/// A moment as written, without regard to its time zone.
struct DateTime {
  std::int64_t day = 0;  ///< since 1970-01-01
  double seconds = 0.0;  ///< of the day
};

/// Nothing if the text is not a date of this form.
std::optional<DateTime> parse_date(std::string_view text, DateForm form);

/// The form in which every one of the texts is a date. Day first rules where both orders fit, but
/// for slashes, which the United States write.
struct FoundDates {
  DateForm form = DateForm::iso;
  bool clear = true;  ///< false: day and month may be the other way round
};
std::optional<FoundDates> find_dates(const std::vector<std::string>& texts);

/// What becomes of a column of dates.
enum class Dates : std::uint8_t {
  ignore,  ///< it is left out
  parts,   ///< sine and cosine of hour, weekday and day of the year: "time hour sine", ...
  levels,  ///< these as numbers: "time hour" 0 to 23, "time weekday" 1 (Monday) to 7, "time day of
           ///< year" 1 to 366
};

/// The names of the columns that parts and levels make of one column.
std::vector<std::string> date_part_names(const std::string& column, Dates dates);
/// The column of dates that a name of date_part_names() is made from; empty if there is not one.
std::string date_column_of(std::string_view part_name);

/// Puts parts behind the last column in place of a column that was read as text and in which
/// find_dates() found dates. Gaps stay gaps.
void replace_by_date_parts(Frame& frame, std::size_t column, Dates dates);

}  // namespace terse::data
