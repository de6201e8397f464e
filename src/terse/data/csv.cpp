#include "terse/data/csv.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "terse/base/error.h"
#include "terse/data/categories.h"
#include "terse/data/cell.h"
#include "terse/data/limits.h"
#include "terse/text/ascii.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

// The bytes at which an unquoted field stops.
constexpr std::array<bool, 256> stops = [] {
  std::array<bool, 256> table{};
  for (const unsigned char byte : {',', '"', '\n', '\r'}) table[byte] = true;
  return table;
}();

}  // namespace

RecordReader::RecordReader(ByteSource& bytes, std::string source)
    : source_(std::move(source)), window_(bytes) {
  skip_byte_order_mark(window_, source_);
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
  line_ = line_next_;
  fields_.clear();
  if (window_.size() == 0 && !window_.extend()) return false;
  std::size_t at = 0;
  do {
    at = plain_fields(at);
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

// The unquoted fields that lie in the window with the comma behind them: nearly all there are.
std::size_t RecordReader::plain_fields(std::size_t at) {
  const char* const base = window_.begin();
  const char* field = base + at;
  while (fields_.size() < columns_max) {
    const char* stop = field;
    while (!stops[static_cast<unsigned char>(*stop)]) ++stop;
    if (*stop != ',') break;
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
    while (!stops[static_cast<unsigned char>(*stop)]) ++stop;
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

// At the byte behind a field: whether another one follows. Moves `at` behind the comma or line end.
bool RecordReader::end_field(std::size_t& at) {
  if (at == window_.size() && !extend()) {
    ++line_next_;
    return false;
  }
  const char byte = *(window_.begin() + at);
  if (byte == ',') {
    ++at;
    return true;
  }
  if (byte != '\n' && byte != '\r') {
    const Field field = fields_.back();
    fields_.pop_back();
    fail(line_next_,
         fmt::format("text follows the closing quote of {}",
                     text::in_quotes({window_.begin() + field.begin, field.length})),
         "a quoted field ends at a comma or at the end of the line");
  }
  ++at;
  ++line_next_;
  if (byte == '\r') {
    if (at == window_.size()) extend();
    if (at < window_.size() && *(window_.begin() + at) == '\n') ++at;
  }
  return false;
}

namespace {

void name_columns(const RecordReader& records, bool header, Frame& frame) {
  frame.columns.resize(records.size());
  bool all_numbers = header;
  for (std::size_t index = 0; index < records.size(); ++index) {
    std::string& name = frame.columns[index].name;
    if (header) {
      const std::string_view text = records.text(index);
      name = records.quoted(index) ? text : text::trimmed(text);
      all_numbers = all_numbers && parse_cell(text, true).kind == CellKind::number;
    }
    if (name.empty()) name = fmt::format("c{}", index + 1);
  }
  if (all_numbers) {
    throw base::InputError(frame.source, fmt::format("line {}", records.line()),
                           "the header holds only numbers",
                           "use `no_header` if the first line is a row of data");
  }
}

// Per column, those that are kept as text.
using TextColumns = std::vector<std::optional<TextColumn>>;

TextColumns chosen_text_columns(const Frame& frame, const ReadOptions& options) {
  TextColumns texts(frame.columns.size());
  for (std::size_t index = 0; index < texts.size(); ++index) {
    const auto& names = options.text_columns;
    const bool chosen = std::ranges::find(names, frame.columns[index].name) != names.end();
    if (chosen) texts[index].emplace();
  }
  return texts;
}

void append_row(const RecordReader& records, Frame& frame, TextColumns& texts) {
  if (records.size() != frame.columns.size()) {
    throw base::InputError(frame.source, fmt::format("line {}", records.line()),
                           fmt::format("the row has {} fields where the table has {} columns",
                                       records.size(), frame.columns.size()),
                           "give every row the same number of fields");
  }
  if (frame.rows == rows_max) {
    throw base::InputError(frame.source, fmt::format("line {}", records.line()),
                           fmt::format("there are more than {} rows", rows_max), "split the table");
  }
  for (std::size_t index = 0; index < frame.columns.size(); ++index) {
    const std::string_view text = records.text(index);
    if (texts[index]) {
      texts[index]->append(frame.columns[index], text, records.quoted(index));
      continue;
    }
    append(frame.columns[index], parse_cell(text, records.quoted(index)), text);
  }
  frame.lines.push_back(records.line());
  ++frame.rows;
}

}  // namespace

Frame read_csv(ByteSource& bytes, const std::string& source, const ReadOptions& options) {
  Frame frame;
  frame.source = source;
  RecordReader records(bytes, source);
  bool found = records.next();
  while (found && records.blank()) found = records.next();
  if (!found) {
    throw base::InputError(source, "", "the file is empty",
                           "it needs a header line and rows of numbers");
  }
  name_columns(records, options.header, frame);
  TextColumns texts = chosen_text_columns(frame, options);
  if (!options.header) append_row(records, frame, texts);
  while (records.next()) {
    if (frame.columns.size() > 1 && records.blank()) continue;
    append_row(records, frame, texts);
  }
  return frame;
}

}  // namespace terse::data
