// Any bytes are a CSV table in good order or an InputError, whatever the size of the blocks; and a
// table can be selected from or is refused.
#include <cstdint>

#include "frame_check.h"
#include "terse/data/csv.h"
#include "terse/data/table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool header : {true, false}) {
    const fuzz::Outcome outcome = fuzz::check_reader(text, [&](data::ByteSource& bytes) {
      return data::read_csv(bytes, "fuzz.csv", {.header = header});
    });
    if (!outcome.error.empty()) continue;
    try {
      const data::Table table =
          data::select(outcome.frame, {.target = outcome.frame.columns.back().name});
      TERSE_CHECK(table.rows() == outcome.frame.rows && table.target.size() == table.rows());
      for (const float value : table.features.values()) TERSE_CHECK(std::isfinite(value));
    } catch (const base::InputError&) {
      // Gaps, text, constant columns: all are the input's fault.
    }
  }
  return 0;
}
