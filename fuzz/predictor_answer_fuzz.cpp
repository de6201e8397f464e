// Any bytes as an answer of an inference server. Input: a digit that says how many rows were asked
// for, one that says how many classes there are (0 or 1: a number), then the answer. What is taken
// has as many numbers as asked for, all finite; what is not is a PredictorFault.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "terse/base/error.h"
#include "terse/serve/core/external_predictor.h"
#include "terse/serve/predictor/inference.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse::serve;
  using namespace terse::model::decoder;
  if (size < 2) return 0;
  const std::size_t rows = 1 + data[0] % 10U;
  const std::size_t classes = data[1] % 10U;
  Output output = Number{};
  if (classes > 1) output = Classes{std::vector<std::string>(classes)};
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  try {
    const auto numbers = predictor::answer_numbers(text, rows, output);
    TERSE_CHECK(numbers.size() == rows * count(output));
    for (const float number : numbers) {
      TERSE_CHECK(std::isfinite(number));
      TERSE_CHECK(classes < 2 || (number > -0.01F && number < 1.01F));
    }
  } catch (const core::PredictorFault& fault) {
    TERSE_CHECK(fault.of_rows() && *fault.what() != '\0');
  }
  return 0;
}
