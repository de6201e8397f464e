// The records of comma-separated values as RFC 4180 has them, with what real files add: a UTF-8
// byte order mark, lines that end in LF, CRLF or CR, a missing last line end, other separators,
// comments.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "terse/data/bytes.h"

namespace terse::data {

/// How records are written.
struct RecordSyntax {
  char separator = ',';  ///< ' ': any number of spaces and tabs, which may also begin or end a line
  std::string comment = {};    ///< lines that begin with it are left out; empty: none is
  std::size_t skip_lines = 0;  ///< at the front, whatever they hold
};

/// "comma", "semicolon", "tab", "pipe" or "space".
std::string_view name_of_separator(char separator);

/// The records of a CSV text, one after another, as strings.
class RecordReader {
 public:
  /// `source` names the text in messages. Throws InputError when the text is UTF-16.
  RecordReader(ByteSource& bytes, std::string source, RecordSyntax syntax = {});

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

  bool by_blanks() const { return syntax_.separator == ' '; }
  bool extend();
  void skip_line();
  bool skip_comments();
  std::size_t skip_blanks(std::size_t at);
  std::size_t plain_fields(std::size_t at);
  std::size_t plain_field(std::size_t at);
  std::size_t quoted_field(std::size_t at);
  bool end_field(std::size_t& at);
  [[noreturn]] void fail(std::uint64_t line, const std::string& problem,
                         const std::string& remedy) const;

  std::string source_;
  RecordSyntax syntax_;
  std::array<bool, 256> stops_{};  // the bytes at which an unquoted field stops
  Window window_;
  std::vector<Field> fields_;
  const char* base_ = nullptr;
  std::size_t record_bytes_ = 0;  // of the current record, dropped by the next call
  std::uint64_t line_ = 1;
  std::uint64_t line_next_ = 1;
};

}  // namespace terse::data
