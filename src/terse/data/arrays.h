// Columns that a program holds in memory, read as the same cells in a CSV would be. Other languages
// bring their tables this way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "terse/data/frame.h"

namespace terse::data {

/// Numbers at equal distances; NaN is a gap. Does not own.
template <typename T>
struct Strided {
  const T* first = nullptr;
  std::ptrdiff_t stride = 1;  ///< in elements

  T operator[](std::size_t row) const { return first[static_cast<std::ptrdiff_t>(row) * stride]; }
};

/// Texts as quoted cells: only an empty one is a gap, or a row without a word. Does not own.
struct Words {
  std::vector<std::string> words;
  Strided<std::int32_t> of_row;  ///< index into words; below 0: a gap
};

struct Array {
  std::string name;
  std::string unit = {};
  std::variant<Strided<float>, Strided<double>, Words> cells;
};

/// Columns of `rows` cells each. Of the options those count that are not the way a text is written:
/// text_columns, missing, target, origins. Throws InputError if no row has a target, for too many
/// rows or columns, and for an index beyond the words.
Frame read_arrays(const std::string& source, std::span<const Array> arrays, std::size_t rows,
                  const ReadOptions& options);

}  // namespace terse::data
