#include "terse/data/csv.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "terse/base/error.h"
#include "terse/data/categories.h"
#include "terse/data/cell_reader.h"
#include "terse/data/dialect.h"
#include "terse/data/encoding.h"
#include "terse/data/foreign_formats.h"
#include "terse/data/limits.h"
#include "terse/data/origins.h"
#include "terse/data/record_reader.h"
#include "terse/data/target_rows.h"
#include "terse/text/ascii.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

// What is looked at to find the dialect.
constexpr std::size_t beginning_bytes = std::size_t{256} << 10;

class CsvReader {
 public:
  CsvReader(ByteSource& bytes, const std::string& source, const ReadOptions& options,
            const Dialect& dialect)
      : options_(options),
        dialect_(dialect),
        cells_(dialect.decimal, options.missing),
        records_(bytes, source, dialect.syntax) {
    frame_.source = source;
    frame_.notes = dialect.notes;
  }

  Frame read();

 private:
  bool next_record();
  void name_columns();
  void replace_names();
  void read_units();
  void choose_text_columns();
  template <typename ReadCell>
  void append_row(const ReadCell& read_cell);
  void append_row();
  void append_origins();
  [[noreturn]] void refuse_ragged() const;
  void as_utf8(std::string& text);

  const ReadOptions& options_;
  const Dialect& dialect_;
  CellReader cells_;
  RecordReader records_;
  Frame frame_;
  std::vector<std::optional<TextColumn>> texts_;  // per column, those that are kept as text
  std::optional<OriginColumns> origins_;
  bool latin1_ = false;  // some text was
};

// Empty lines are rows of a table of one column only.
bool CsvReader::next_record() {
  while (records_.next()) {
    if (frame_.columns.size() == 1 || !records_.blank()) return true;
  }
  return false;
}

void CsvReader::as_utf8(std::string& text) {
  latin1_ = name_as_utf8(text, options_.encoding) || latin1_;
}

void CsvReader::name_columns() {
  frame_.columns.resize(records_.size());
  bool all_numbers = options_.header;
  for (std::size_t index = 0; index < records_.size(); ++index) {
    Column& column = frame_.columns[index];
    if (options_.header) {
      const std::string_view text = records_.text(index);
      column.name = records_.quoted(index) ? text : text::trimmed(text);
      const bool number = parse_cell(text, true).kind == CellKind::number ||
                          (dialect_.decimal == ',' && comma_number(text) != CommaNumber::none);
      all_numbers = all_numbers && number;
      as_utf8(column.name);
      // A table that pandas wrote with its index, read and written once more, has "Unnamed: 0".
      column.unnamed = column.name.empty() || column.name.starts_with("Unnamed: ");
    }
    if (column.name.empty()) column.name = fmt::format("c{}", index + 1);
  }
  if (all_numbers && options_.column_names.empty()) {
    throw base::InputError(frame_.source, fmt::format("line {}", records_.line()),
                           "the header holds only numbers",
                           "use `no_header` if the first line is a row of data");
  }
}

void CsvReader::replace_names() {
  const auto& names = options_.column_names;
  if (names.empty()) return;
  if (names.size() != frame_.columns.size()) {
    throw base::InputError(frame_.source, fmt::format("line {}", records_.line()),
                           fmt::format("there are {} columns, but `columns` names {}",
                                       frame_.columns.size(), names.size()),
                           "name every column");
  }
  for (std::size_t index = 0; index < names.size(); ++index) {
    frame_.columns[index].name = names[index];
    frame_.columns[index].unnamed = false;
  }
}

void CsvReader::read_units() {
  if (!next_record()) return;
  if (records_.size() != frame_.columns.size()) refuse_ragged();
  for (std::size_t index = 0; index < frame_.columns.size(); ++index) {
    std::string unit(text::trimmed(records_.text(index)));
    if (parse_cell(unit, true).kind == CellKind::number) {
      throw base::InputError(
          frame_.source,
          fmt::format("line {}, column {} ({})", records_.line(), index + 1,
                      text::in_quotes(frame_.columns[index].name)),
          fmt::format("the unit is the number {}", text::in_quotes(unit)),
          "leave `units_row` out if line " + std::to_string(records_.line()) + " is a row of data");
    }
    as_utf8(unit);
    // Loggers put them in brackets of many kinds.
    const bool bracketed = unit.size() > 2 && ((unit.front() == '[' && unit.back() == ']') ||
                                               (unit.front() == '(' && unit.back() == ')'));
    frame_.columns[index].unit = bracketed ? unit.substr(1, unit.size() - 2) : unit;
  }
}

void CsvReader::choose_text_columns() {
  texts_.resize(frame_.columns.size());
  for (std::size_t index = 0; index < texts_.size(); ++index) {
    const auto& names = options_.text_columns;
    const std::string& name = frame_.columns[index].name;
    if (std::ranges::find(names, name) == names.end()) continue;
    texts_[index].emplace(cells_, options_.is_target(name));
  }
}

void CsvReader::refuse_ragged() const {
  std::string remedy = "give every row the same number of fields";
  if (frame_.columns.size() == 1) {
    remedy =
        "if something else is between the columns, or the comma is a decimal sign, give "
        "`separator` or put the cells in quotes";
  } else if (frame_.rows == 0 && records_.size() > frame_.columns.size()) {
    remedy += fmt::format("; if the table begins on this line, give `skip_lines` {}",
                          records_.line() - 1);
  }
  throw base::InputError(
      frame_.source, fmt::format("line {}", records_.line()),
      fmt::format("the row has {} fields where the table has {} column{}", records_.size(),
                  frame_.columns.size(), frame_.columns.size() == 1 ? "" : "s"),
      remedy);
}

template <typename ReadCell>
void CsvReader::append_row(const ReadCell& read_cell) {
  if (records_.size() != frame_.columns.size()) refuse_ragged();
  if (frame_.rows == rows_max) {
    throw base::InputError(frame_.source, fmt::format("line {}", records_.line()),
                           fmt::format("there are more than {} rows", rows_max), "split the table");
  }
  for (std::size_t index = 0; index < frame_.columns.size(); ++index) {
    const std::string_view text = records_.text(index);
    if (texts_[index]) {
      texts_[index]->append(frame_.columns[index], text, records_.quoted(index));
      continue;
    }
    append(frame_.columns[index], read_cell(text, records_.quoted(index)), text);
  }
  if (origins_) append_origins();
  frame_.lines.push_back(records_.line());
  ++frame_.rows;
}

// Second passes only.
void CsvReader::append_origins() {
  for (std::size_t index = 0; index < frame_.columns.size(); ++index) {
    if (texts_[index]) continue;
    const std::string_view text = records_.text(index);
    origins_->append(index, cells_.read(text, records_.quoted(index)), cells_, text);
  }
}

void CsvReader::append_row() {
  if (cells_.plain()) {
    append_row([](std::string_view text, bool quoted) { return parse_cell(text, quoted); });
  } else {
    append_row([this](std::string_view text, bool quoted) { return cells_.read(text, quoted); });
  }
}

Frame CsvReader::read() {
  if (!next_record()) {
    throw base::InputError(frame_.source, "", "the file is empty",
                           "it needs a header line and rows of numbers");
  }
  name_columns();
  replace_names();
  choose_text_columns();
  TargetRows target_rows(frame_, options_);
  if (!options_.origins.empty()) origins_.emplace(frame_, options_.origins);
  const auto take_row = [&] {
    append_row();
    if (!target_rows.after_row(frame_) && origins_) origins_->drop_row();
  };
  if (!options_.header) take_row();
  if (options_.units_row || dialect_.units_row) read_units();
  while (next_record()) take_row();
  target_rows.finish(frame_);
  if (origins_) origins_->finish(frame_);
  latin1_ = texts_as_utf8(frame_, options_.encoding) || latin1_;
  if (latin1_ && options_.encoding == Encoding::found) frame_.notes.emplace_back(latin1_note);
  return std::move(frame_);
}

}  // namespace

Frame read_csv(ByteSource& bytes, const std::string& source, const ReadOptions& options) {
  AheadBytes stored(bytes, beginning_bytes);
  refuse_foreign_format(stored.ahead(), source);
  Encoding encoding = options.encoding;
  if (encoding == Encoding::found) encoding = found_encoding(stored.ahead());
  const bool utf16 = encoding == Encoding::utf16_le || encoding == Encoding::utf16_be;
  if (!utf16) {
    const Dialect dialect = find_dialect(stored.ahead(), stored.whole(), source, options);
    return CsvReader(stored, source, options, dialect).read();
  }
  Utf16Bytes converted(stored, encoding, source);
  AheadBytes text(converted, beginning_bytes);
  Dialect dialect = find_dialect(text.ahead(), text.whole(), source, options);
  if (options.encoding == Encoding::found) {
    dialect.notes.insert(dialect.notes.begin(), "the text is UTF-16");
  }
  return CsvReader(text, source, options, dialect).read();
}

}  // namespace terse::data
