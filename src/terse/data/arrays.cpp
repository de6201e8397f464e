#include "terse/data/arrays.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/data/categories.h"
#include "terse/data/cell_reader.h"
#include "terse/data/limits.h"
#include "terse/data/origins.h"
#include "terse/data/target_rows.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

/// What a word is in its column.
struct WordCell {
  CellKind kind = CellKind::text;
  float value = 0;
  double exact = 0;  ///< of a number
};

void append_cell(Column& column, CellKind kind, float value, std::string_view text) {
  if (kind != CellKind::number) mark(column, kind, text);
  column.values.push_back(value);
}

class ArrayReader {
 public:
  ArrayReader(const std::string& source, std::span<const Array> arrays, std::size_t rows,
              const ReadOptions& options)
      : arrays_(arrays), rows_(rows), options_(options), cells_('.', options.missing) {
    frame_.source = source;
    if (rows > rows_max || arrays.size() > columns_max) {
      throw base::InputError(
          source, "",
          fmt::format("there are more than {} rows or {} columns", rows_max, columns_max),
          "split the table");
    }
    for (const Array& array : arrays) {
      Column& column = frame_.columns.emplace_back();
      column.name = array.name;
      column.unit = array.unit;
    }
  }

  Frame read() {
    choose_rows();
    frame_.rows = kept_.size();
    std::optional<OriginColumns> origins;
    if (!options_.origins.empty()) origins.emplace(frame_, options_.origins);
    for (std::size_t index = 0; index < arrays_.size(); ++index) {
      frame_.columns[index].values.reserve(kept_.size());
      std::visit(base::Overloaded{[&](const Words& words) { read_words(words, index, origins); },
                                  [&](const auto& numbers) {
                                    if (is_text(index)) {
                                      read_as_words(numbers, index);
                                    } else {
                                      read_numbers(numbers, index, origins);
                                    }
                                  }},
                 arrays_[index].cells);
    }
    if (origins) origins->finish(frame_);
    return std::move(frame_);
  }

 private:
  bool is_text(std::size_t index) const {
    const auto& names = options_.text_columns;
    return std::ranges::find(names, arrays_[index].name) != names.end();
  }

  bool is_gap(const Words& words, std::size_t row, bool as_text) const {
    const std::int32_t word = words.of_row[row];
    if (word < 0) return true;
    const std::string& text = words.words[static_cast<std::size_t>(word)];
    return as_text ? cells_.named_missing(text) : cells_.read(text, true).kind == CellKind::gap;
  }

  // Whether the cell of a row is missing.
  bool lacks(std::size_t index, std::size_t row) const {
    return std::visit(
        base::Overloaded{[&](const Words& words) { return is_gap(words, row, is_text(index)); },
                         [&](const auto& numbers) { return std::isnan(numbers[row]); }},
        arrays_[index].cells);
  }

  // Rows without a target say nothing about it.
  void choose_rows() {
    check_words();
    std::vector<std::size_t> targets;
    for (std::size_t index = 0; index < arrays_.size(); ++index) {
      const std::string& name = arrays_[index].name;
      const auto same = [&](const Array& other) { return other.name == name; };
      const bool first = std::ranges::find_if(arrays_, same) - arrays_.begin() ==
                         static_cast<std::ptrdiff_t>(index);
      if (first && options_.is_target(name)) targets.push_back(index);
    }
    std::vector<std::vector<std::size_t>> left_out(targets.size());
    for (std::size_t row = 0; row < rows_; ++row) {
      const auto lacking =
          std::ranges::find_if(targets, [&](std::size_t target) { return lacks(target, row); });
      if (lacking == targets.end()) {
        kept_.push_back(static_cast<std::uint32_t>(row));
      } else {
        left_out[static_cast<std::size_t>(lacking - targets.begin())].push_back(row);
      }
    }
    for (std::size_t t = 0; t < targets.size(); ++t) {
      if (left_out[t].empty()) continue;
      note_rows_without_target(frame_, arrays_[targets[t]].name, kept_.size(), left_out[t].size(),
                               fmt::format("row {}", left_out[t].front() + 1));
    }
  }

  void check_words() const {
    for (const Array& array : arrays_) {
      const auto* words = std::get_if<Words>(&array.cells);
      if (words == nullptr) continue;
      for (std::size_t row = 0; row < rows_; ++row) {
        const std::int32_t word = words->of_row[row];
        if (word < 0 || static_cast<std::size_t>(word) < words->words.size()) continue;
        throw base::InputError(
            frame_.source, fmt::format("row {}", row + 1),
            fmt::format("{} is not the index of a word of {}", word, text::in_quotes(array.name)),
            "");
      }
    }
  }

  template <typename T>
  void read_numbers(const Strided<T>& numbers, std::size_t index,
                    std::optional<OriginColumns>& origins) {
    constexpr auto largest = static_cast<T>(std::numeric_limits<float>::max());
    Column& column = frame_.columns[index];
    for (const std::uint32_t row : kept_) {
      const T exact = numbers[row];
      const auto value = static_cast<float>(exact);
      if (std::isnan(exact)) {
        append_cell(column, CellKind::gap, value, "");
      } else if (!std::isfinite(value)) {
        append_cell(column, CellKind::infinity, value,
                    std::abs(exact) > largest && std::isfinite(exact) ? fmt::format("{}", exact)
                    : exact < 0                                       ? "-inf"
                                                                      : "inf");
      } else {
        column.values.push_back(value);
        column.long_numbers |= static_cast<T>(value) != exact;
      }
      if (origins) origins->append(index, static_cast<double>(exact));
    }
  }

  // Names in place of numbers.
  template <typename T>
  void read_as_words(const Strided<T>& numbers, std::size_t index) {
    Column& column = frame_.columns[index];
    TextColumn texts(cells_, options_.is_target(arrays_[index].name));
    for (const std::uint32_t row : kept_) {
      const T value = numbers[row];
      texts.append(column, std::isnan(value) ? "" : fmt::format("{}", value + T{0}), true);
    }
  }

  void read_words(const Words& words, std::size_t index, std::optional<OriginColumns>& origins) {
    Column& column = frame_.columns[index];
    const std::vector<WordCell> cells =
        is_text(index) ? names_of(words, index, column) : numbers_of(words, column);
    for (const std::uint32_t row : kept_) {
      const std::int32_t word = words.of_row[row];
      const bool gap = word < 0;
      const WordCell cell = gap ? WordCell{CellKind::gap, nan, static_cast<double>(nan)}
                                : cells[static_cast<std::size_t>(word)];
      append_cell(column, cell.kind, cell.value,
                  gap ? std::string_view() : words.words[static_cast<std::size_t>(word)]);
      if (origins && !is_text(index)) origins->append(index, cell.exact);
    }
  }

  std::vector<WordCell> names_of(const Words& words, std::size_t index, Column& column) const {
    TextColumn texts(cells_, options_.is_target(arrays_[index].name));
    Column once;
    std::vector<WordCell> result;
    for (const std::string& word : words.words) {
      texts.append(once, word, true);
      const float value = once.values.back();
      result.push_back({std::isnan(value) ? CellKind::gap : CellKind::number, value,
                        static_cast<double>(value)});
    }
    column.categories = std::move(once.categories);
    return result;
  }

  std::vector<WordCell> numbers_of(const Words& words, Column& column) const {
    std::vector<WordCell> result;
    for (const std::string& word : words.words) {
      const Cell cell = cells_.read(word, true);
      column.long_numbers |= cell.long_number;
      const bool number = cell.kind == CellKind::number;
      result.push_back(
          {cell.kind, cell.value, number ? cells_.exact(word) : static_cast<double>(cell.value)});
    }
    return result;
  }

  static constexpr float nan = std::numeric_limits<float>::quiet_NaN();

  std::span<const Array> arrays_;
  std::size_t rows_;
  const ReadOptions& options_;
  CellReader cells_;
  Frame frame_;
  std::vector<std::uint32_t> kept_;
};

}  // namespace

Frame read_arrays(const std::string& source, std::span<const Array> arrays, std::size_t rows,
                  const ReadOptions& options) {
  return ArrayReader(source, arrays, rows, options).read();
}

}  // namespace terse::data
