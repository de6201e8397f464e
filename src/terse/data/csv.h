// Tables of comma-separated values, and of the many forms that loggers, spreadsheets and other
// countries give them: see dialect.h.
#pragma once

#include <string>

#include "terse/data/bytes.h"
#include "terse/data/frame.h"

namespace terse::data {

/// Every column of a CSV text. The first record names the columns unless options.header is false;
/// a column without a name is called c1, c2, ... by its place. Empty lines are left out, except in
/// a table of one column, where they are gaps. Names that are not UTF-8 are read as Latin-1 unless
/// options.encoding says UTF-8. Throws InputError for an empty text, for a record with another
/// number of fields than the first, for a header of numbers only, and as RecordReader and
/// find_dialect() do.
Frame read_csv(ByteSource& bytes, const std::string& source, const ReadOptions& options);

}  // namespace terse::data
