#include "terse/data/record_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/data/limits.h"
#include "terse/text/quoting.h"

namespace terse::data {

std::string_view name_of_separator(char separator) {
  switch (separator) {
    case ',':
      return "comma";
    case ';':
      return "semicolon";
    case '\t':
      return "tab";
    case '|':
      return "pipe";
    default:
      return "space";
  }
}

RecordReader::RecordReader(ByteSource& bytes, std::string source, RecordSyntax syntax)
    : source_(std::move(source)), syntax_(std::move(syntax)), window_(bytes) {
  for (const char byte : {syntax_.separator, '"', '\n', '\r'}) {
    stops_[static_cast<unsigned char>(byte)] = true;
  }
  if (by_blanks()) stops_['\t'] = true;
  skip_byte_order_mark(window_, source_);
  for (std::size_t skipped = 0; skipped < syntax_.skip_lines; ++skipped) {
    if (window_.size() == 0 && !window_.extend()) break;
    skip_line();
  }
}

// The rest of the line, whatever it holds.
void RecordReader::skip_line() {
  for (;;) {
    char* const stop = std::find_if(window_.begin(), window_.end(),
                                    [](char byte) { return byte == '\n' || byte == '\r'; });
    const bool found = stop != window_.end();
    window_.drop(static_cast<std::size_t>(stop - window_.begin()));
    if (found) break;
    if (!window_.extend()) return;
  }
  const bool carriage_return = *window_.begin() == '\r';
  window_.drop(1);
  ++line_next_;
  if (!carriage_return) return;
  if (window_.size() == 0) window_.extend();
  if (window_.size() > 0 && *window_.begin() == '\n') window_.drop(1);
}

// Leaves out lines of comment; false at the end of the input.
bool RecordReader::skip_comments() {
  const std::string& comment = syntax_.comment;
  while (window_.size() > 0 || window_.extend()) {
    while (window_.size() < comment.size() && window_.extend()) {
    }
    const bool is_comment =
        !comment.empty() && std::string_view(window_.begin(), window_.size()).starts_with(comment);
    if (!is_comment) return true;
    skip_line();
  }
  return false;
}

std::size_t RecordReader::skip_blanks(std::size_t at) {
  for (;;) {
    while (at < window_.size() &&
           (*(window_.begin() + at) == ' ' || *(window_.begin() + at) == '\t')) {
      ++at;
    }
    if (at < window_.size() || !extend()) return at;
  }
}

void RecordReader::fail(std::uint64_t line, const std::string& problem,
                        const std::string& remedy) const {
  throw base::InputError(source_, fmt::format("line {}, column {}", line, fields_.size() + 1),
                         problem, remedy);
}

bool RecordReader::extend() {
  if (window_.size() > record_bytes_max) {
    fail(line_, fmt::format("one record is longer than {} bytes", record_bytes_max),
         "check for a quote that never closes");
  }
  return window_.extend();
}

bool RecordReader::next() {
  window_.drop(record_bytes_);
  record_bytes_ = 0;
  fields_.clear();
  if (!syntax_.comment.empty() && !skip_comments()) return false;
  line_ = line_next_;
  if (window_.size() == 0 && !window_.extend()) return false;
  std::size_t at = by_blanks() ? skip_blanks(0) : 0;
  do {
    if (!by_blanks()) at = plain_fields(at);
    if (fields_.size() == columns_max) {
      fail(line_, fmt::format("there are more than {} columns", columns_max),
           "split the table, or check its separator");
    }
    if (at == window_.size()) extend();
    at = *(window_.begin() + at) == '"' && at < window_.size() ? quoted_field(at) : plain_field(at);
  } while (end_field(at));
  base_ = window_.begin();
  record_bytes_ = at;
  return true;
}

// The unquoted fields that lie in the window with the separator behind them: nearly all there are.
std::size_t RecordReader::plain_fields(std::size_t at) {
  const std::array<bool, 256>& stops = stops_;
  const char separator = syntax_.separator;
  const char* const base = window_.begin();
  const char* field = base + at;
  while (fields_.size() < columns_max) {
    const char* stop = field;
    while (!stops[static_cast<unsigned char>(*stop)]) ++stop;
    if (*stop != separator) break;
    fields_.push_back({static_cast<std::uint32_t>(field - base),
                       static_cast<std::uint32_t>(stop - field), false});
    field = stop + 1;
  }
  return static_cast<std::size_t>(field - base);
}

// An unquoted field that may end the record or go on behind the window.
std::size_t RecordReader::plain_field(std::size_t at) {
  const std::size_t begin = at;
  const char* stop = window_.begin() + at;
  for (;;) {
    // Ends at the latest at the window's closing line feed.
    while (!stops_[static_cast<unsigned char>(*stop)]) ++stop;
    if (stop != window_.end()) break;
    at = static_cast<std::size_t>(stop - window_.begin());
    const bool more = extend();
    stop = window_.begin() + at;
    if (!more) break;
  }
  at = static_cast<std::size_t>(stop - window_.begin());
  if (*stop == '"') {
    fail(line_next_,
         "there is a quote inside a field that does not begin with one: " +
             text::in_quotes({window_.begin() + begin, at + 1 - begin}),
         "put the whole field in quotes and double the quotes inside");
  }
  fields_.push_back(
      {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at - begin), false});
  return at;
}

std::size_t RecordReader::quoted_field(std::size_t at) {
  const std::uint64_t opening_line = line_next_;
  const std::size_t begin = ++at;
  std::size_t kept = begin;  // doubled quotes shrink in place
  char before = 0;
  for (;; ++at) {
    if (at == window_.size() && !extend()) {
      fail(opening_line, "the quote that begins here never closes", "close it, or double it");
    }
    const char byte = *(window_.begin() + at);
    if (byte == '"') {
      if (at + 1 == window_.size()) extend();
      if (at + 1 == window_.size() || *(window_.begin() + at + 1) != '"') break;
      ++at;
    }
    if (byte == '\r' || (byte == '\n' && before != '\r')) ++line_next_;
    before = byte;
    *(window_.begin() + kept++) = byte;
  }
  fields_.push_back(
      {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(kept - begin), true});
  return at + 1;
}

// At the byte behind a field: whether another one follows. Moves `at` behind the separator or line
// end.
bool RecordReader::end_field(std::size_t& at) {
  if (at == window_.size() && !extend()) {
    ++line_next_;
    return false;
  }
  char byte = *(window_.begin() + at);
  if (by_blanks() && (byte == ' ' || byte == '\t')) {
    at = skip_blanks(at);
    if (at == window_.size()) {
      ++line_next_;
      return false;
    }
    byte = *(window_.begin() + at);
    if (byte != '\n' && byte != '\r') return true;
  } else if (byte == syntax_.separator) {
    ++at;
    return true;
  }
  if (byte != '\n' && byte != '\r') {
    const Field field = fields_.back();
    fields_.pop_back();
    fail(line_next_,
         fmt::format("text follows the closing quote of {}",
                     text::in_quotes({window_.begin() + field.begin, field.length})),
         fmt::format("a quoted field ends at a {} or at the end of the line",
                     name_of_separator(syntax_.separator)));
  }
  ++at;
  ++line_next_;
  if (byte == '\r') {
    if (at == window_.size()) extend();
    if (at < window_.size() && *(window_.begin() + at) == '\n') ++at;
  }
  return false;
}

}  // namespace terse::data
