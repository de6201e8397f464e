#include "terse/cli/reading_options.h"

#include <utility>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

constexpr std::pair<const char*, char> separators[] = {
    {"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}, {"space", ' '}};

constexpr std::pair<const char*, char> decimals[] = {{"point", '.'}, {"comma", ','}};

// By its name, or by itself as pandas has it; 0 for nothing.
template <std::size_t count>
char sign_of(const std::string& text, const std::pair<const char*, char> (&signs)[count],
             const char* option, const char* names) {
  if (text.empty()) return '\0';
  if (text == "\\t") return sign_of("tab", signs, option, names);
  for (const auto& [name, sign] : signs) {
    if (text == name || text == std::string(1, sign)) return sign;
  }
  throw base::OptionError(option, "", text::in_quotes(text) + " is not known",
                          std::string("give ") + names);
}

constexpr std::pair<const char*, data::Encoding> encodings[] = {
    {"utf-8", data::Encoding::utf8},
    {"utf-16le", data::Encoding::utf16_le},
    {"utf-16be", data::Encoding::utf16_be},
    {"latin-1", data::Encoding::latin1}};

}  // namespace

void add_reading_options(Command command, ReadingOptions& options) {
  command.add_flag("--no-header", options.no_header,
                   "the CSV has no header; its columns are c1, c2, ...");
  command.add_names("--columns", options.columns,
                    "names of the CSV's columns, NAME,..., in place of the header's");
  command.add_option("--separator", options.separator,
                     "what is between the columns: comma, semicolon, tab, pipe or space (found by "
                     "itself)");
  command.add_option("--decimal", options.decimal,
                     "the decimal sign: point or comma (found by itself)");
  command
      .add_option("--encoding", options.encoding,
                  "utf-8, utf-16le, utf-16be or latin-1 (found by itself)")
      .one_of({"utf-8", "utf-16le", "utf-16be", "latin-1"});
  command.add_option("--comment", options.comment,
                     "leave out lines that begin so (those with # in front of the header)");
  command.add_option("--skip-lines", options.skip_lines,
                     "leave out so many lines at the front (a preamble, if it is plain)");
  command.add_flag("--units-row", options.units_row, "the line behind the header holds units");
  command.add_names("--na", options.missing,
                    "what also stands for a missing value, TEXT,... (empty cells, NaN, NA, null "
                    "and the like always do)");
  command
      .add_option(
          "--dates", options.dates,
          "columns of dates: ignore, parts (sine and cosine of hour, weekday and day of the "
          "year) or levels (these as whole numbers)")
      .one_of({"ignore", "parts", "levels"})
      .shows_default();
}

data::ReadOptions ReadingOptions::resolved() const {
  data::ReadOptions reading;
  reading.header = !no_header;
  reading.column_names = columns;
  reading.comment = comment;
  reading.skip_lines = skip_lines;
  reading.units_row = units_row;
  reading.missing = missing;
  reading.separator =
      sign_of(separator, separators, "separator", "comma, semicolon, tab, pipe or space");
  reading.decimal = sign_of(decimal, decimals, "decimal", "point or comma");
  for (const auto& [name, meant] : encodings) {
    if (encoding == name) reading.encoding = meant;
  }
  return reading;
}

data::Dates ReadingOptions::date_parts() const {
  if (dates == "parts") return data::Dates::parts;
  return dates == "levels" ? data::Dates::levels : data::Dates::ignore;
}

}  // namespace terse::cli
