// One line of an ARFF file, taken apart from left to right.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace terse::data {

/// A value as written. `text` is valid until the next value is taken.
struct ArffValue {
  std::string_view text;
  bool quoted = false;
};

/// The bytes at which an unquoted value ends, besides a comment behind a blank.
class ArffEnds {
 public:
  explicit constexpr ArffEnds(std::string_view bytes) {
    for (const char byte : bytes) ends_[static_cast<unsigned char>(byte)] = true;
    ends_[static_cast<unsigned char>('%')] = true;
  }
  bool operator()(char byte) const { return ends_[static_cast<unsigned char>(byte)]; }

 private:
  std::array<bool, 256> ends_{};
};

/// Splits one line of an ARFF file into words.
class ArffLine {
 public:
  /// `source` and `number` (from 1) name the line in messages; `text` has no line end.
  ArffLine(const std::string& source, std::uint64_t number, std::string_view text)
      : source_(source), number_(number), text_(text) {}

  std::uint64_t number() const { return number_; }

  /// Skips blanks (space, tab); gives whether one of them was a tab.
  bool skip_blanks();
  /// Whether only a comment is left.
  bool at_end() const { return text_.empty() || text_.front() == '%'; }
  /// The next byte, 0 at the end of the line.
  char front() const { return text_.empty() ? '\0' : text_.front(); }
  /// Skips `byte` if it is next; gives whether it was.
  bool skip(char byte);

  /// The next value: in single or double quotes with backslash escapes, or everything up to a byte
  /// of `ends` or a comment, without blanks behind it. Throws InputError for a quote that never
  /// closes.
  ArffValue value(const ArffEnds& ends);

  /// Throws InputError; column 0: the place is the line alone.
  [[noreturn]] void fail(std::size_t column, const std::string& problem,
                         const std::string& remedy) const;

  /// Messages of value() name this column (from 1).
  void set_column(std::size_t column) { column_ = column; }

 private:
  ArffValue quoted_value();

  const std::string& source_;
  std::uint64_t number_;
  std::string_view text_;
  std::string unescaped_;
  std::size_t column_ = 0;
};

}  // namespace terse::data
