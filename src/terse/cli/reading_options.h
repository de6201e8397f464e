// The options that say how the text of a table is written, of every command that reads one. They
// are the file's, not the model's: a model used on the same file needs the same ones.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "terse/cli/command_line.h"
#include "terse/data/dates.h"
#include "terse/data/frame.h"

namespace terse::cli {

struct ReadingOptions {
  bool no_header = false;
  std::vector<std::string> columns;
  std::string separator;
  std::string decimal;
  std::string encoding;
  std::string comment;
  std::size_t skip_lines = 0;
  bool units_row = false;
  std::vector<std::string> missing;
  std::string dates = "ignore";

  data::ReadOptions resolved() const;
  data::Dates date_parts() const;
};

/// --no-header, --columns, --separator, --decimal, --encoding, --comment, --skip-lines,
/// --units-row,
/// --na, --dates.
void add_reading_options(Command command, ReadingOptions& options);

}  // namespace terse::cli
