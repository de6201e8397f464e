#include "terse/data/frame.h"

#include <memory>

#include "terse/base/error.h"
#include "terse/data/arff.h"
#include "terse/data/bytes.h"
#include "terse/data/csv.h"
#include "terse/data/fried.h"
#include "terse/data/openml.h"
#include "terse/text/ascii.h"

namespace terse::data {

Frame read_frame(const std::string& data, const ReadOptions& options) {
  if (data == "fried" || data.starts_with("fried:")) return read_fried(data);
  if (data.starts_with("openml:")) return read_openml(data);
  if (data == "-") {
    throw base::InputError("-", "", "tables are not read from standard input",
                           "write the table to a file and name it");
  }
  const bool csv =
      text::ends_with_ignoring_case(data, ".csv") || text::ends_with_ignoring_case(data, ".csv.gz");
  const bool arff = text::ends_with_ignoring_case(data, ".arff") ||
                    text::ends_with_ignoring_case(data, ".arff.gz");
  // First whether it is there: a mistyped name is the likelier mistake.
  const std::unique_ptr<ByteSource> bytes = open_file(data);
  if (csv) return read_csv(*bytes, data, options);
  if (arff) return read_arff(*bytes, data);
  throw base::InputError(
      data, "", "the name does not say which format the table has",
      "name a .csv, .csv.gz, .arff or .arff.gz file, fried[:rows[:seed]] or openml:ID");
}

}  // namespace terse::data
