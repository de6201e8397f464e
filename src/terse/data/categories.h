// Columns whose cells are names, not numbers: which categories there are, and which one each row
// has.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "terse/data/cell_reader.h"
#include "terse/data/frame.h"

namespace terse::data {

inline constexpr std::size_t feature_categories_max = 256;  ///< a code fits a byte
inline constexpr std::size_t classes_max = 1000;

/// Collects the cells of one CSV column as text: without blanks around them, and a whole number
/// without the ".0" that programs add to a column with gaps, so that 3 and 3.0 are one category.
class TextColumn {
 public:
  /// cells says what a gap is, and must outlive this. words_are_names: none of the words that
  /// commonly mean a gap does here, only what was named one.
  TextColumn(const CellReader& cells, bool words_are_names)
      : cells_(cells), words_are_names_(words_are_names) {}

  void append(Column& column, std::string_view text, bool quoted);

 private:
  const CellReader& cells_;
  bool words_are_names_;
  std::map<std::string, float, std::less<>> indices_;
};

/// The categories that occur in a column and each row's index among them, NaN in a gap. In
/// ascending order: of numbers if all are, otherwise of their bytes; so the order of rows does not
/// matter. A column of numbers has its numbers as names.
struct Categories {
  std::vector<std::string> names;
  std::vector<float> indices;
};
Categories categorise(const Column& column);

/// The same, by a model's categories: an index of names.size() says that the cell is not among
/// them.
Categories categorise(const Column& column, const std::vector<std::string>& known);

/// The columns that can only be categories: nominal ones, and those that hold text and no number.
std::vector<std::string> text_columns(const Frame& frame);

}  // namespace terse::data
