// Fields of comma-separated values as RFC 4180 has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace terse::text {

/// `text` as one field: as it is, or in quotes and its quotes doubled where it holds a comma, a
/// quote or a line end (RFC 4180, section 2, rules 6 and 7).
std::string csv_field(std::string_view text);

/// The same for text that any sender of messages may have chosen. A spreadsheet would take a field
/// that begins with
/// '=', '+', '-', '@', a tab or a carriage return for a formula, so it gets a "'" in front; so does
/// one that begins with "'", that the rule can be undone. Numbers are left as they are.
std::string csv_foreign_field(std::string_view text);

/// The fields of one record, without the blanks around those that are not in quotes. A quote that
/// never closes ends with the text.
std::vector<std::string> csv_fields(std::string_view record);

/// The shortest digits that give this number back; an empty field for NaN and infinities.
std::string csv_number(double value);

}  // namespace terse::text
