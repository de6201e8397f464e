// Any bytes as each of the JSON files of a study: plan, summary, a trial's result, a portfolio, a
// search space. The first byte says which. What is refused must be refused with an InputError;
// what is accepted must come back the same when it is written again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "terse/base/error.h"
#include "terse/study/candidates.h"
#include "terse/study/journal.h"
#include "terse/study/plan.h"
#include "terse/study/summarise.h"
#include "terse/study/summary_file.h"

namespace {

using namespace terse::study;

constexpr const char* source = "input";
constexpr const char* trial = R"({"seed":1})";

void read_as(char kind, const std::string& text) {
  switch (kind) {
    case 'p': {
      const std::string once = write_plan(read_plan(text, source));
      TERSE_CHECK(write_plan(read_plan(once, source)) == once);
      return;
    }
    case 's': {
      Summary summary = parse_summary(text, source);
      const std::string once = summary_json(summary);
      TERSE_CHECK(summary_json(parse_summary(once, source)) == once);
      summary_csv(summary);
      compare(summary);
      return;
    }
    case 'r': {
      const std::string once = write_result(trial, read_result(text, trial, source));
      TERSE_CHECK(write_result(trial, read_result(once, trial, source)) == once);
      return;
    }
    case 'o':
      read_portfolio(text, source);
      return;
    default:
      draw(read_space(text, source), 3, 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    read_as(static_cast<char>(data[0]), text);
  } catch (const terse::base::InputError& error) {
    TERSE_CHECK(std::string_view(error.what()).size() > 0);
  }
  return 0;
}
