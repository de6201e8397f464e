// The dialect of a CSV text, as its beginning shows it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "terse/data/frame.h"
#include "terse/data/record_reader.h"

namespace terse::data {

struct Dialect {
  RecordSyntax syntax;
  char decimal = '.';
  bool units_row = false;          ///< words behind the header where all other records have numbers
  std::vector<std::string> notes;  ///< for the user: all that is not as in plain CSV
};

/// The dialect of the text that begins so; what `options` says is not looked for. whole: there is
/// no more of it. A separator is one that gives the same number of fields in nearly all records,
/// and numbers in them. Throws InputError where two separators, or both decimal signs, fit equally
/// well.
Dialect find_dialect(std::string_view beginning, bool whole, const std::string& source,
                     const ReadOptions& options);

}  // namespace terse::data
