#include "terse/data/arff.h"

#include <fmt/core.h>

#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "terse/base/error.h"
#include "terse/data/arff_line.h"
#include "terse/data/cell_reader.h"
#include "terse/data/limits.h"
#include "terse/data/origins.h"
#include "terse/data/target_rows.h"
#include "terse/text/ascii.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

constexpr ArffEnds word_ends(" \t");
constexpr ArffEnds name_ends(" \t{");
constexpr ArffEnds type_ends(" \t[");
constexpr ArffEnds dense_ends(",\t");
constexpr ArffEnds list_ends(",}");
constexpr ArffEnds index_ends(" \t,}");

enum class AttributeKind : std::uint8_t { number, nominal, text };

struct Attribute {
  AttributeKind kind = AttributeKind::number;
  std::map<std::string, float, std::less<>> categories;
};

/// Skips the brace of a list; gives whether it was there, with nothing behind it.
bool ends_in_brace(ArffLine& line) {
  const bool closed = line.skip('}');
  line.skip_blanks();
  return closed && line.at_end();
}

class ArffReader {
 public:
  ArffReader(ByteSource& bytes, const std::string& source, const ReadOptions& options)
      : window_(bytes),
        options_(options),
        cells_('.', options.missing),
        wanted_origins_(options.origins) {
    frame_.source = source;
    skip_byte_order_mark(window_, source);
  }

  Frame read();

 private:
  bool next_line();
  ArffLine line() const { return {frame_.source, number_, text_}; }

  void header_line(ArffLine line);
  void attribute_line(ArffLine& line);
  void nominal_list(ArffLine& line, const std::string& name, Attribute& attribute, Column& column);

  void data_line(ArffLine line);
  void dense_row(ArffLine& line);
  void sparse_row(ArffLine& line);
  std::size_t sparse_index(ArffLine& line);
  void put(const ArffLine& line, std::size_t index, const ArffValue& value);
  void put_zero(std::size_t index);

  Window window_;
  const ReadOptions& options_;
  CellReader cells_;
  std::vector<ColumnOrigin> wanted_origins_;
  std::optional<TargetRows> target_rows_;  // once the columns are known
  std::optional<OriginColumns> origins_;
  Frame frame_;
  std::vector<Attribute> attributes_;
  std::string_view text_;       // of the current line
  std::uint64_t number_ = 0;    // of the current line, from 1
  std::size_t line_bytes_ = 0;  // of the current line with its end, dropped by next_line
  bool data_begun_ = false;
};

bool ArffReader::next_line() {
  window_.drop(line_bytes_);
  line_bytes_ = 0;
  if (window_.size() == 0 && !window_.extend()) return false;
  ++number_;
  const char* stop = window_.begin();
  for (;;) {
    while (*stop != '\n' && *stop != '\r') ++stop;  // the window ends in a line feed
    // A carriage return at the window's end may be half of a line end.
    const bool known = stop < window_.end() && (*stop == '\n' || stop + 1 < window_.end());
    if (known) break;
    const auto at = static_cast<std::size_t>(stop - window_.begin());
    if (at > record_bytes_max) {
      line().fail(0, fmt::format("the line is longer than {} bytes", record_bytes_max),
                  "check the line ends of the file");
    }
    const bool more = window_.extend();
    stop = window_.begin() + at;
    if (!more) break;
  }
  const auto length = static_cast<std::size_t>(stop - window_.begin());
  text_ = {window_.begin(), length};
  line_bytes_ = std::min(length + 1, window_.size());
  if (line_bytes_ < window_.size() && stop[0] == '\r' && stop[1] == '\n') ++line_bytes_;
  return true;
}

Frame ArffReader::read() {
  while (next_line()) {
    ArffLine current = line();
    current.skip_blanks();
    if (current.at_end()) continue;
    if (data_begun_) {
      data_line(current);
    } else {
      header_line(current);
    }
  }
  if (!data_begun_) {
    throw base::InputError(frame_.source, number_ == 0 ? "" : fmt::format("line {}", number_),
                           number_ == 0 ? "the file is empty" : "the file ends without @data",
                           "check that the whole file is there");
  }
  frame_.default_target = frame_.columns.back().name;
  if (target_rows_) target_rows_->finish(frame_);
  if (origins_) origins_->finish(frame_);
  return std::move(frame_);
}

void ArffReader::header_line(ArffLine line) {
  const ArffValue keyword = line.value(word_ends);
  if (text::same_ignoring_case(keyword.text, "@relation")) return;
  if (text::same_ignoring_case(keyword.text, "@attribute")) {
    attribute_line(line);
    return;
  }
  if (!text::same_ignoring_case(keyword.text, "@data")) {
    line.fail(0, fmt::format("{} is not expected here", text::in_quotes(keyword.text)),
              "the lines before @data begin with @relation, @attribute or %");
  }
  if (attributes_.empty()) line.fail(0, "@data comes before any @attribute", "");
  data_begun_ = true;
  target_rows_.emplace(frame_, options_);
  if (!wanted_origins_.empty()) origins_.emplace(frame_, wanted_origins_);
}

void ArffReader::attribute_line(ArffLine& line) {
  if (attributes_.size() == columns_max) {
    line.fail(0, fmt::format("there are more than {} attributes", columns_max), "split the table");
  }
  line.skip_blanks();
  Attribute attribute;
  Column column;
  column.name = line.value(name_ends).text;
  if (column.name.empty()) line.fail(0, "the attribute has no name", "");
  line.skip_blanks();
  if (line.skip('{')) {
    nominal_list(line, column.name, attribute, column);
  } else {
    const ArffValue type = line.value(type_ends);
    const auto is = [&](std::string_view word) {
      return text::same_ignoring_case(type.text, word);
    };
    if (is("string") || is("date")) {
      attribute.kind = AttributeKind::text;
    } else if (!is("numeric") && !is("real") && !is("integer")) {
      line.fail(0,
                fmt::format("attribute {} has the type {}", text::in_quotes(column.name),
                            text::in_quotes(type.text)),
                "known types are numeric, real, integer, {a,b,...}, string and date");
    }
  }
  attributes_.push_back(std::move(attribute));
  frame_.columns.push_back(std::move(column));
}

void ArffReader::nominal_list(ArffLine& line, const std::string& name, Attribute& attribute,
                              Column& column) {
  attribute.kind = AttributeKind::nominal;
  line.skip_blanks();
  for (bool more = line.front() != '}'; more;) {
    line.skip_blanks();
    const ArffValue value = line.value(list_ends);
    const std::size_t index = column.categories.size();
    if (index == categories_max) line.fail(0, "there are too many categories", "");
    if (value.text.empty() && !value.quoted) {
      line.fail(0, fmt::format("a category of attribute {} is empty", text::in_quotes(name)),
                "remove the comma, or write ''");
    }
    if (!attribute.categories.emplace(value.text, static_cast<float>(index)).second) {
      line.fail(0,
                fmt::format("attribute {} lists {} twice", text::in_quotes(name),
                            text::in_quotes(value.text)),
                "list each category once");
    }
    column.categories.emplace_back(value.text);
    line.skip_blanks();
    more = line.skip(',');
  }
  if (!ends_in_brace(line)) {
    line.fail(0,
              fmt::format("the categories of attribute {} do not end with a single }}",
                          text::in_quotes(name)),
              "separate them by commas, and put those with blanks or commas in quotes");
  }
}

void ArffReader::data_line(ArffLine line) {
  if (frame_.rows == rows_max) {
    line.fail(0, fmt::format("there are more than {} rows", rows_max), "split the table");
  }
  if (line.skip('{')) {
    sparse_row(line);
  } else {
    dense_row(line);
  }
  frame_.lines.push_back(line.number());
  ++frame_.rows;
  if (!target_rows_->after_row(frame_) && origins_) origins_->drop_row();
}

void ArffReader::dense_row(ArffLine& line) {
  std::size_t count = 0;
  for (bool more = true; more; ++count) {
    line.skip_blanks();
    if (count == attributes_.size()) {
      line.fail(0, fmt::format("the row has more values than the table's {} attributes", count),
                "quote values that contain a comma");
    }
    line.set_column(count + 1);
    const ArffValue value = line.value(dense_ends);
    put(line, count, value);
    const bool tab = line.skip_blanks();
    more = line.skip(',') || (tab && !line.at_end());
  }
  if (!line.at_end())
    line.fail(count, "text follows the closing quote", "separate values by commas");
  if (count != attributes_.size()) {
    line.fail(0,
              fmt::format("the row has {} values where the table has {} attributes", count,
                          attributes_.size()),
              "give every row one value for each attribute, ? for a gap");
  }
}

// Reads "INDEX " of a sparse value.
std::size_t ArffReader::sparse_index(ArffLine& line) {
  const std::string_view text = line.value(index_ends).text;
  const auto index = text::parse_number<std::size_t>(text);
  if (!index || *index >= attributes_.size()) {
    line.fail(0,
              fmt::format("{} is not the index of an attribute (0 to {})", text::in_quotes(text),
                          attributes_.size() - 1),
              "sparse rows are written {index value, index value}");
  }
  return *index;
}

void ArffReader::sparse_row(ArffLine& line) {
  std::size_t filled = 0;  // attributes with a value so far; indices rise
  line.skip_blanks();
  for (bool more = line.front() != '}'; more;) {
    line.skip_blanks();
    const std::size_t index = sparse_index(line);
    if (index < filled) {
      line.fail(index + 1, fmt::format("index {} is repeated or out of order", index),
                "write the indices of a sparse row in ascending order");
    }
    for (; filled < index; ++filled) put_zero(filled);
    line.skip_blanks();
    line.set_column(index + 1);
    put(line, index, line.value(list_ends));
    filled = index + 1;
    line.skip_blanks();
    more = line.skip(',');
  }
  if (!ends_in_brace(line)) {
    line.fail(0, "the sparse row does not end with a single }", "write {index value, index value}");
  }
  for (; filled < attributes_.size(); ++filled) put_zero(filled);
}

// What a sparse row does not name.
void ArffReader::put_zero(std::size_t index) {
  frame_.columns[index].values.push_back(0.0F);
  if (origins_) origins_->append(index, {CellKind::number, false, 0.0F}, cells_, "0");
}

void ArffReader::put(const ArffLine& line, std::size_t index, const ArffValue& value) {
  const Attribute& attribute = attributes_[index];
  Column& column = frame_.columns[index];
  if (attribute.kind == AttributeKind::number) {
    const Cell cell = cells_.read(value.text, value.quoted);
    append(column, cell, value.text);
    if (origins_) origins_->append(index, cell, cells_, value.text);
    return;
  }
  const bool named = !cells_.plain() && cells_.named_missing(value.text);
  if (named || (!value.quoted && (value.text.empty() || value.text == "?"))) {
    append(column, {CellKind::gap, false, not_a_number}, value.text);
    return;
  }
  if (attribute.kind == AttributeKind::text) {
    append(column, {CellKind::text, false, not_a_number}, value.text);
    return;
  }
  const auto found = attribute.categories.find(value.text);
  if (found == attribute.categories.end()) {
    line.fail(index + 1,
              fmt::format("{} is not a category of attribute {}", text::in_quotes(value.text),
                          text::in_quotes(column.name)),
              "add it to the attribute's list in the header");
  }
  append(column, {CellKind::number, false, found->second}, value.text);
}

}  // namespace

Frame read_arff(ByteSource& bytes, const std::string& source, const ReadOptions& options) {
  return ArffReader(bytes, source, options).read();
}

}  // namespace terse::data
