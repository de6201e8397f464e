// Any bytes are a CSV table in good order or an InputError, whatever the size of the blocks,
// however they are to be read; and a table can be described, and selected from or is refused. A run
// of libFuzzer reads each input in one way, which its size chooses; seeds are replayed in all of
// them.
#include <cstdint>
#include <span>

#include "frame_check.h"
#include "terse/data/csv.h"
#include "terse/data/dates.h"
#include "terse/data/describe.h"
#include "terse/data/origins.h"
#include "terse/data/table.h"

namespace {

using namespace terse;

void use(const data::Frame& frame) {
  const std::string& last = frame.columns.back().name;
  const auto columns = data::describe(frame, {last, 50});
  TERSE_CHECK(columns.size() == frame.columns.size());
  for (const data::ColumnDescription& column : columns) TERSE_CHECK(column.gaps <= frame.rows);
  data::merged_columns(frame);
  try {
    const data::Table table = data::select(frame, {.target = last});
    TERSE_CHECK(table.rows() == frame.rows && table.target.size() == table.rows());
    for (const float value : table.features.values()) TERSE_CHECK(std::isfinite(value));
  } catch (const base::InputError&) {
    // Gaps, text, constant columns: all are the input's fault.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const data::ReadOptions ways[] = {
      {},
      {.header = false},
      {.text_columns = {"a", "b"}, .missing = {"-200", "off"}, .target = "b"},
      {.header = false, .separator = ' ', .decimal = ',', .comment = "//", .skip_lines = 1},
      {.separator = ';', .units_row = true, .column_names = {"a", "b"}, .origins = {{"a"}}},
      {.encoding = data::Encoding::utf16_be, .origins = {{"a", 1e9}, {"b"}}},
  };
  std::span<const data::ReadOptions> chosen(ways);
#ifdef TERSE_FUZZER
  chosen = chosen.subspan(size % chosen.size(), 1);
#endif
  for (const data::ReadOptions& options : chosen) {
    const fuzz::Outcome outcome = fuzz::check_reader(
        text, [&](data::ByteSource& bytes) { return data::read_csv(bytes, "fuzz.csv", options); });
    if (outcome.error.empty()) use(outcome.frame);
  }
  const auto dates = data::find_dates({std::string(text)});
  if (dates) TERSE_CHECK(data::parse_date(text, dates->form)->seconds < 86401.0);
  return 0;
}
