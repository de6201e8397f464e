// The columns of a table as a reader (CSV, ARFF, built-in) finds them, and the one way to read any
// table by the name a user gives it.
#pragma once

#include <cstddef>
#include <cstdint>
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
};

struct Frame {
  std::string source;  ///< as the user wrote it
  std::vector<Column> columns;
  std::vector<std::uint64_t> lines;  ///< line on which each row starts, from 1; empty for built-ins
  std::size_t rows = 0;
  std::string default_target;  ///< OpenML and ARFF know one; otherwise empty

  /// "line 17, column 3 ('temperature')", for messages.
  std::string place(std::size_t row, std::size_t column) const;
};

struct ReadOptions {
  bool header = true;  ///< CSV: the first record names the columns (otherwise they are c1, c2, ...)
  /// CSV: columns whose cells are kept as text, in `categories`, whatever they look like.
  std::vector<std::string> text_columns = {};
};

/// Reads any DATA: FILE.csv[.gz], FILE.arff[.gz], fried[:rows[:seed]], openml:ID. Throws
/// InputError.
Frame read_frame(const std::string& data, const ReadOptions& options);

}  // namespace terse::data
