#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "terse/base/error.h"
#include "terse/data/arff.h"
#include "terse/data/bytes.h"
#include "terse/data/csv.h"
#include "terse/data/encoding.h"
#include "terse/data/frame.h"
#include "terse/data/fried.h"
#include "terse/data/openml.h"
#include "terse/text/ascii.h"

namespace terse::data {
namespace {

constexpr std::array<std::string_view, 5> csv_endings = {".csv", ".tsv", ".tab", ".txt", ".dat"};

bool is_csv_name(std::string_view name) {
  for (const std::string_view ending : csv_endings) {
    if (text::ends_with_ignoring_case(name, ending)) return true;
  }
  return false;
}

Frame with_utf8_names(Frame frame, Encoding encoding) {
  bool latin1 = texts_as_utf8(frame, encoding);
  for (Column& column : frame.columns) latin1 = name_as_utf8(column.name, encoding) || latin1;
  name_as_utf8(frame.default_target, encoding);
  if (latin1 && encoding == Encoding::found) frame.notes.emplace_back(latin1_note);
  return frame;
}

Frame read_arff_text(ByteSource& bytes, const std::string& source, const ReadOptions& options) {
  AheadBytes stored(bytes, 64);
  Encoding encoding = options.encoding;
  if (encoding == Encoding::found) encoding = found_encoding(stored.ahead());
  if (encoding != Encoding::utf16_le && encoding != Encoding::utf16_be) {
    return with_utf8_names(read_arff(stored, source, options), options.encoding);
  }
  Utf16Bytes converted(stored, encoding, source);
  return read_arff(converted, source, options);
}

// ARFF begins with its relation, behind comments; no header of a CSV text does.
bool looks_like_arff(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text = text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text.starts_with('%') || text::same_ignoring_case(text.substr(0, 9), "@relation");
}

}  // namespace

Frame read_frame(const std::string& data, const ReadOptions& options) {
  if (data == "fried" || data.starts_with("fried:")) return read_fried(data);
  if (data.starts_with("openml:")) return read_openml(data, {}, options);
  if (data == "-") {
    const std::unique_ptr<ByteSource> bytes = open_standard_input();
    AheadBytes text(*bytes, 256);
    if (looks_like_arff(text.ahead())) return read_arff_text(text, data, options);
    return read_csv(text, data, options);
  }
  std::string_view name = data;
  if (text::ends_with_ignoring_case(name, ".gz")) name.remove_suffix(3);
  const bool arff = text::ends_with_ignoring_case(name, ".arff");
  // First whether it is there: a mistyped name is the likelier mistake.
  const std::unique_ptr<ByteSource> bytes = open_file(data);
  if (is_csv_name(name)) return read_csv(*bytes, data, options);
  if (arff) return read_arff_text(*bytes, data, options);
  throw base::InputError(data, "", "the name does not say which format the table has",
                         "name a .csv, .tsv, .txt or .arff file, also .gz, fried[:rows[:seed]], "
                         "openml:ID or - for standard input");
}

}  // namespace terse::data
