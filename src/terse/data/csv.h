// Comma-separated values as RFC 4180 has them, with what real files add: a UTF-8 byte order mark,
// lines that end in LF, CRLF or CR, a missing last line end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "terse/data/bytes.h"
#include "terse/data/frame.h"

namespace terse::data {

/// The records of a CSV text, one after another, as strings.
class RecordReader {
 public:
  /// `source` names the text in messages. Throws InputError when the text is UTF-16.
  RecordReader(ByteSource& bytes, std::string source);

  /// Reads the next record; false at the end. An empty line is a record of one empty field. Throws
  /// InputError with line and column for a quote inside an unquoted field, for text behind a
  /// closing quote, for a quote that never closes, and beyond the limits of limits.h.
  bool next();

  /// Fields of the current record, until next() is called.
  std::size_t size() const { return fields_.size(); }
  std::string_view text(std::size_t field) const {
    return {base_ + fields_[field].begin, fields_[field].length};
  }
  bool quoted(std::size_t field) const { return fields_[field].quoted; }
  /// Whether the record is an empty line.
  bool blank() const { return size() == 1 && fields_[0].length == 0 && !fields_[0].quoted; }
  /// The line on which the record begins, from 1.
  std::uint64_t line() const { return line_; }

 private:
  struct Field {
    std::uint32_t begin = 0;  // from the record's first byte
    std::uint32_t length = 0;
    bool quoted = false;
  };

  bool extend();
  std::size_t plain_fields(std::size_t at);
  std::size_t plain_field(std::size_t at);
  std::size_t quoted_field(std::size_t at);
  bool end_field(std::size_t& at);
  [[noreturn]] void fail(std::uint64_t line, const std::string& problem,
                         const std::string& remedy) const;

  std::string source_;
  Window window_;
  std::vector<Field> fields_;
  const char* base_ = nullptr;
  std::size_t record_bytes_ = 0;  // of the current record, dropped by the next call
  std::uint64_t line_ = 1;
  std::uint64_t line_next_ = 1;
};

/// Every column of a CSV text. The first record names the columns unless options.header is false;
/// a column without a name is called c1, c2, ... by its place. Empty lines are left out, except in
/// a table of one column, where they are gaps. Throws InputError for an empty text, for a record
/// with another number of fields than the first, for a header of numbers only, and as RecordReader
/// does.
Frame read_csv(ByteSource& bytes, const std::string& source, const ReadOptions& options);

}  // namespace terse::data
