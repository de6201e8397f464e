// The cells of one table, by the decimal sign and the spellings of missing values that hold in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "terse/data/cell.h"

namespace terse::data {

/// What a comma in a number is.
enum class CommaNumber : std::uint8_t {
  none,     ///< the text is not a number with one comma and no point
  decimal,  ///< a decimal sign: "1,5"
  unclear,  ///< either that or a sign between thousands: "1,500"
};
CommaNumber comma_number(std::string_view text);

/// Reads the cells of one table.
class CellReader {
 public:
  /// decimal: '.' or ','. missing: spellings of a gap besides parse_cell()'s, quoted or not; one
  /// that is a number stands for every spelling of it.
  CellReader(char decimal, const std::vector<std::string>& missing);

  /// Whether this reads as parse_cell() does.
  bool plain() const { return decimal_ == '.' && words_.empty() && numbers_.empty(); }
  Cell read(std::string_view text, bool quoted) const;
  /// The number that read() found in the text, in double.
  double exact(std::string_view text) const;
  /// Whether the text is one of the spellings that were given, or has nothing but blanks.
  bool named_missing(std::string_view text) const;

 private:
  Cell read_number(std::string_view text, bool quoted) const;

  char decimal_;
  std::vector<std::string> words_;
  std::vector<float> numbers_;
};

}  // namespace terse::data
