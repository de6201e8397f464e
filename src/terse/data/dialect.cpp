#include "terse/data/dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <span>

#include "terse/base/error.h"
#include "terse/data/cell_reader.h"
#include "terse/text/ascii.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

constexpr std::size_t records_max = 1000;
// The share of the records that must have the same number of fields.
constexpr double regular_min = 0.8;
constexpr double numbers_min = 0.2;
// A preamble is left out only in front of what is a table without doubt.
constexpr std::size_t table_records_min = 4;
constexpr std::string_view separators = ",;\t|";

struct Record {
  std::uint64_t line = 0;
  std::vector<std::string> cells;
  std::vector<bool> quoted;

  bool is_comment() const { return cells[0].starts_with('#') && !quoted[0]; }
};

bool is_number_or_gap(const std::string& cell) {
  const CellKind kind = parse_cell(cell, false).kind;
  return kind == CellKind::number || kind == CellKind::gap;
}

bool has_number(const Record& record) {
  return std::ranges::any_of(record.cells, [](const std::string& cell) {
    return parse_cell(cell, true).kind == CellKind::number ||
           comma_number(cell) != CommaNumber::none;
  });
}

/// The beginning of the text, cut by one separator.
struct Cut {
  RecordSyntax syntax;
  std::vector<Record> records;
  std::size_t width = 1;  ///< fields of most records
  std::size_t first = 0;  ///< the record that begins the table
  double regular = 0.0;   ///< share of the table's records with that many fields
  double numbers = 0.0;   ///< share of numbers among their fields

  /// In front of a table of words nothing tells a preamble from a table of one column.
  bool usable() const {
    const bool preamble = first > 0 && !records[first - 1].is_comment();
    return width > 1 && regular >= regular_min && (!preamble || numbers >= numbers_min);
  }
  double score() const { return width > 1 ? regular * regular * (0.05 + numbers) : 0.0; }
};

// A record that is cut off, or not well-formed by this separator, ends the list.
std::vector<Record> records_of(std::string_view text, bool whole, const RecordSyntax& syntax) {
  std::vector<Record> records;
  MemoryBytes bytes(text);
  bool ended = false;
  try {
    RecordReader reader(bytes, "", syntax);
    while (records.size() < records_max) {
      ended = !reader.next();
      if (ended) break;
      if (reader.blank()) continue;
      Record& record = records.emplace_back();
      record.line = reader.line();
      for (std::size_t i = 0; i < reader.size(); ++i) {
        record.cells.emplace_back(reader.text(i));
        record.quoted.push_back(reader.quoted(i));
      }
    }
  } catch (const base::InputError&) {
    // The reader of the whole text will say it, if this separator is the one.
  }
  if (ended && !whole && !records.empty()) records.pop_back();
  return records;
}

void find_first(Cut& cut, bool header) {
  const auto& records = cut.records;
  const auto in_table = [&](const Record& record) {
    return !record.is_comment() && record.cells.size() == cut.width;
  };
  const auto found = std::ranges::find_if(records, in_table);
  if (found == records.end()) return;
  cut.first = static_cast<std::size_t>(found - records.begin());
  // A header may be a comment itself: "#time,temperature".
  const bool commented = header && cut.first > 0 && records[cut.first - 1].is_comment() &&
                         records[cut.first - 1].cells.size() == cut.width &&
                         std::ranges::all_of(found->cells, is_number_or_gap);
  if (commented) --cut.first;
}

Cut cut_by(char separator, std::string_view text, bool whole, const ReadOptions& options,
           std::size_t skip_lines) {
  Cut cut;
  cut.syntax = {separator, options.comment, skip_lines};
  cut.records = records_of(text, whole, cut.syntax);
  std::map<std::size_t, std::size_t> widths;
  std::size_t counted = 0;
  std::size_t most = 0;
  for (const Record& record : cut.records) {
    if (record.is_comment()) continue;
    ++counted;
    const std::size_t count = ++widths[record.cells.size()];
    if (count > most) {
      most = count;
      cut.width = record.cells.size();
    }
  }
  if (counted == 0) return cut;
  find_first(cut, options.header);
  const auto behind = static_cast<std::size_t>(
      std::count_if(cut.records.begin() + static_cast<std::ptrdiff_t>(cut.first), cut.records.end(),
                    [](const Record& record) { return !record.is_comment(); }));
  cut.regular = static_cast<double>(most) / static_cast<double>(std::max(behind, most));
  std::size_t cells = 0;
  std::size_t numbers = 0;
  for (std::size_t r = cut.first + (options.header ? 1 : 0); r < cut.records.size(); ++r) {
    const Record& record = cut.records[r];
    for (std::size_t i = 0; i < record.cells.size(); ++i) {
      const bool comma_possible = separator != ',' || record.quoted[i];
      numbers += is_number_or_gap(record.cells[i]) ||
                 (comma_possible && comma_number(record.cells[i]) != CommaNumber::none);
      ++cells;
    }
  }
  if (cells > 0) cut.numbers = static_cast<double>(numbers) / static_cast<double>(cells);
  return cut;
}

Cut best_cut(std::string_view text, bool whole, const std::string& source,
             const ReadOptions& options, std::size_t skip_lines) {
  const auto by = [&](char separator) {
    return cut_by(separator, text, whole, options, skip_lines);
  };
  if (options.separator != '\0') return by(options.separator);
  Cut best = by(',');
  for (const char separator : separators.substr(1)) {
    if (text.find(separator) == std::string_view::npos) continue;
    Cut other = by(separator);
    if (!other.usable()) continue;
    if (best.usable() && best.score() == other.score()) {
      throw base::InputError(
          source, fmt::format("line {}", other.records[other.first].line),
          fmt::format("the columns may be separated by {}s or by {}s",
                      name_of_separator(best.syntax.separator), name_of_separator(separator)),
          fmt::format("say which: `separator` {} or {}", name_of_separator(best.syntax.separator),
                      name_of_separator(separator)));
    }
    if (!best.usable() || other.score() > best.score()) best = std::move(other);
  }
  if (best.width > 1) return best;
  // Words are separated by blanks too: only a table that is mostly numbers is meant.
  Cut blanks = by(' ');
  if (blanks.usable() && blanks.regular == 1.0 && blanks.numbers >= 0.5) return blanks;
  return best;
}

std::string lines_text(std::uint64_t first, std::uint64_t last) {
  return first == last ? fmt::format("line {} is", first)
                       : fmt::format("lines {} to {} are", first, last);
}

// Moves the beginning of the table behind comments and a preamble, if there are any.
void leave_out_preamble(const Cut& cut, const ReadOptions& options, Dialect& dialect) {
  const auto& records = cut.records;
  if (records.empty()) return;
  std::size_t comments = 0;
  while (comments < cut.first && records[comments].is_comment()) ++comments;
  const auto others =
      std::count_if(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(cut.first),
                    [](const Record& record) { return !record.is_comment(); });
  std::size_t first = comments;
  if (others > 0 && options.header && options.skip_lines == 0) {
    const std::span<const Record> table(records.begin() + static_cast<std::ptrdiff_t>(cut.first),
                                        records.end());
    const auto is_regular = [&](const Record& record) { return record.cells.size() == cut.width; };
    const bool fewer =
        std::all_of(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(cut.first),
                    [&](const Record& record) { return record.cells.size() < cut.width; });
    if (fewer && table.size() >= table_records_min && std::ranges::all_of(table, is_regular) &&
        !has_number(table.front())) {
      first = cut.first;
    }
  }
  if (first == 0 || first >= records.size()) return;
  const std::uint64_t begin = dialect.syntax.skip_lines + 1;
  const std::uint64_t end = records[first].line - 1;
  dialect.syntax.skip_lines = records[first].line - 1;
  dialect.notes.push_back(
      fmt::format("{} left out: {}", lines_text(begin, end),
                  first > comments ? "fewer fields than the table has" : "comments"));
}

/// Whether the column's cells in these records are numbers, or gaps beside numbers.
bool is_numeric(std::span<const Record> records, std::size_t column, const CellReader& cells) {
  bool numbers = false;
  for (const Record& record : records) {
    const Cell cell = cells.read(record.cells[column], record.quoted[column]);
    if (cell.kind != CellKind::number && cell.kind != CellKind::gap) return false;
    numbers = numbers || cell.kind == CellKind::number;
  }
  return numbers;
}

bool is_bracketed(const std::string& cell) {
  return cell.size() > 2 && ((cell.front() == '[' && cell.back() == ']') ||
                             (cell.front() == '(' && cell.back() == ')'));
}

// A row of units: no number in it, and words (in brackets, or in several columns) where all other
// records have numbers.
void find_units(const Cut& cut, const ReadOptions& options, Dialect& dialect) {
  if (!options.header || options.units_row) return;
  const auto header = std::ranges::find_if(cut.records, [&](const Record& record) {
    return record.line > dialect.syntax.skip_lines && !record.is_comment();
  });
  const std::span<const Record> rows(header, cut.records.end());
  if (rows.size() < 2 + table_records_min) return;
  const auto is_regular = [&](const Record& record) { return record.cells.size() == cut.width; };
  if (!std::ranges::all_of(rows, is_regular) || has_number(rows[1])) return;
  const CellReader cells(dialect.decimal, options.missing);
  std::size_t words = 0;
  for (std::size_t column = 0; column < cut.width; ++column) {
    const std::string& unit = rows[1].cells[column];
    if (!is_numeric(rows.subspan(2), column, cells)) continue;
    if (cells.read(unit, rows[1].quoted[column]).kind == CellKind::text) {
      words += is_bracketed(unit) ? 2 : 1;
    }
  }
  if (words < 2) return;
  dialect.units_row = true;
  dialect.notes.push_back(fmt::format("line {} is taken for units", rows[1].line));
}

struct Signs {
  std::string comma, point;  ///< a number with this decimal sign, if there is one
};

Signs decimal_signs(const Cut& cut, bool header) {
  Signs signs;
  for (std::size_t r = cut.first + (header ? 1 : 0); r < cut.records.size(); ++r) {
    const Record& record = cut.records[r];
    for (std::size_t i = 0; i < record.cells.size(); ++i) {
      const std::string& cell = record.cells[i];
      const CommaNumber comma = comma_number(cell);
      // In quotes among commas, "1,500" is as likely fifteen hundred.
      const bool clear = cut.syntax.separator != ',' || comma == CommaNumber::decimal;
      if (comma != CommaNumber::none && clear && signs.comma.empty()) signs.comma = cell;
      const bool point =
          cell.find('.') != std::string::npos && parse_cell(cell, true).kind == CellKind::number;
      if (point && signs.point.empty()) signs.point = cell;
    }
  }
  return signs;
}

char found_decimal(const Cut& cut, const std::string& source, const ReadOptions& options) {
  if (options.decimal != '\0') return options.decimal;
  const Signs signs = decimal_signs(cut, options.header);
  if (signs.comma.empty()) return '.';
  if (signs.point.empty()) return ',';
  if (cut.syntax.separator == ',') return '.';
  throw base::InputError(source, "",
                         fmt::format("some numbers have a comma ({}), some a point ({})",
                                     text::in_quotes(signs.comma), text::in_quotes(signs.point)),
                         "say which is the decimal sign: `decimal` comma or point");
}

// The separator that a first line for spreadsheets names ("sep=;"), and the text behind the line.
std::optional<char> named_separator(std::string_view text, const std::string& source,
                                    std::size_t line) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text = text.substr(0, text.find_first_of("\r\n"));
  if (text.starts_with('"') && text.ends_with('"') && text.size() > 1) {
    text = text.substr(1, text.size() - 2);
  }
  if (text.size() != 5 || !text::same_ignoring_case(text.substr(0, 4), "sep=")) return {};
  if (separators.find(text[4]) == std::string_view::npos && text[4] != ' ') {
    throw base::InputError(source, fmt::format("line {}", line),
                           text::in_quotes(text) + " names no separator that is known",
                           "separate columns by comma, semicolon, tab, pipe or space");
  }
  return text[4];
}

std::string_view behind_lines(std::string_view text, std::size_t lines) {
  for (; lines > 0 && !text.empty(); --lines) {
    const std::size_t end = text.find_first_of("\r\n");
    if (end == std::string_view::npos) return {};
    const bool both = text.substr(end).starts_with("\r\n");
    text.remove_prefix(end + (both ? 2 : 1));
  }
  return text;
}

}  // namespace

Dialect find_dialect(std::string_view beginning, bool whole, const std::string& source,
                     const ReadOptions& options) {
  std::size_t skip_lines = options.skip_lines;
  ReadOptions known = options;
  const auto named = named_separator(behind_lines(beginning, skip_lines), source, skip_lines + 1);
  if (named) {
    ++skip_lines;
    if (known.separator == '\0') known.separator = *named;
  }
  const Cut cut = best_cut(beginning, whole, source, known, skip_lines);
  Dialect dialect;
  dialect.syntax = cut.syntax;
  dialect.decimal = found_decimal(cut, source, known);
  const bool separator_found = options.separator == '\0' && cut.syntax.separator != ',';
  const bool decimal_found = options.decimal == '\0' && dialect.decimal == ',';
  if (separator_found) {
    dialect.notes.push_back(fmt::format("columns are separated by {}s{}",
                                        name_of_separator(cut.syntax.separator),
                                        decimal_found ? ", and decimals by commas" : ""));
  } else if (decimal_found) {
    dialect.notes.emplace_back("the comma is the decimal sign");
  }
  leave_out_preamble(cut, known, dialect);
  find_units(cut, known, dialect);
  return dialect;
}

}  // namespace terse::data
