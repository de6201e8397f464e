// The columns of a table as a reader (CSV, ARFF, built-in) finds them, and the one way to read any
// table by the name a user gives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace terse::data {

/// The first cell of a column that is not a number, or is a gap, or is not finite: where to point
/// in a message.
struct CellMark {
  bool present = false;
  std::size_t row = 0;  ///< index from 0, header not counted
  std::string text;
};

/// One column as read. Gaps and cells that are not numbers hold NaN in `values`; the marks say
/// where the first is.
struct Column {
  std::string name;
  std::string unit;                     ///< empty if unknown
  std::vector<float> values;            ///< one per row; nominal: index into `categories`
  std::vector<std::string> categories;  ///< ARFF nominal columns, CSV columns read as text
  CellMark first_text;
  CellMark first_gap;
  CellMark first_infinity;
  bool long_numbers = false;  ///< some numbers have more digits than every float32 holds
  double origin = 0.0;        ///< `values` of a number are differences from it
  bool unnamed = false;       ///< the header has no name for it; `name` is made from its place
};

/// One of the files whose rows make a frame.
struct FrameFile {
  std::string source;         ///< as the user wrote it
  std::size_t first_row = 0;  ///< of the frame
};

struct Frame {
  std::string source;  ///< as the user wrote it; of several files "a.csv + b.csv"
  std::vector<Column> columns;
  std::vector<std::uint64_t> lines;  ///< line on which each row starts, from 1; empty for built-ins
  std::size_t rows = 0;
  std::string default_target;      ///< OpenML and ARFF know one; otherwise empty
  std::vector<FrameFile> files;    ///< empty: all rows are of `source`
  std::vector<std::string> notes;  ///< for the user: what was found out about the text

  /// The file that a row is from.
  const std::string& source_of(std::size_t row) const;
  /// "line 17, column 3 ('temperature')", for messages.
  std::string place(std::size_t row, std::size_t column) const;
};

/// How the characters of a text are stored.
enum class Encoding : std::uint8_t {
  found,  ///< by the bytes themselves: UTF-8, UTF-16 with or without a mark, else Latin-1
  utf8,
  utf16_le,
  utf16_be,
  latin1,  ///< see text::latin1_as_utf8
};

/// A column whose numbers lie so close together, far from 0, that float32 would merge them.
struct ColumnOrigin {
  std::string column;
  std::optional<double> origin = {};  ///< nothing: chosen by the column's numbers
};

/// How a text is to be read. What is said for CSV does not matter to other tables.
struct ReadOptions {
  bool header = true;  ///< CSV: the first record names the columns (otherwise they are c1, c2, ...)
  /// CSV: columns whose cells are kept as text, in `categories`, whatever they look like.
  std::vector<std::string> text_columns = {};
  char separator = '\0';  ///< CSV: ',', ';', a tab, '|' or ' ' (any blanks); 0: found by itself
  char decimal = '\0';    ///< CSV: '.' or ','; 0: found by itself
  Encoding encoding = Encoding::found;
  /// CSV: lines that begin with it are left out; empty: those that begin with '#' before the header
  std::string comment = {};
  std::size_t skip_lines = 0;                  ///< CSV: lines before the header, whatever they hold
  bool units_row = false;                      ///< CSV: the record behind the header holds units
  std::vector<std::string> column_names = {};  ///< CSV: in place of the header's
  std::vector<std::string> missing = {};       ///< spellings of a gap besides those of every table
  /// Rows with a gap in this column are left out, and a note says how many; empty: all rows stay.
  /// If it is one of text_columns, only an empty cell and `missing` are gaps in it: None may be the
  /// name of a class.
  std::string target = {};
  std::vector<std::string> further_targets = {};  ///< the same for these
  /// Columns that are read in double, and kept as differences from an origin. A column for which
  /// none is given has one only if it keeps numbers apart that float32 would merge.
  std::vector<ColumnOrigin> origins = {};

  bool is_target(const std::string& column) const;
};

/// Reads any DATA: FILE.csv, .tsv, .tab, .txt or .dat, FILE.arff, each of them also .gz,
/// fried[:rows[:seed]], openml:ID, or "-" for a CSV or ARFF text from standard input. Throws
/// InputError.
Frame read_frame(const std::string& data, const ReadOptions& options);

/// The rows of several tables with the same columns, which are known by their names: those of the
/// second one follow those of the first. Throws InputError that names the table and the column
/// which another one lacks.
Frame read_frames(const std::vector<std::string>& data, const ReadOptions& options);

}  // namespace terse::data
