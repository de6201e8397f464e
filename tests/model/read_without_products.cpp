// Linked against the rooms that hold and read models, and against no library of products: reads a
// model file, encodes and packs the readings of a table, unpacks the message again, and decodes it
// where the decoder has no dense layers. Says what is wrong, or "ok".
//
//   model_read_without_products FILE.terse FILE.csv    (the features, then the prediction)
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "terse/model/decoder/runner.h"
#include "terse/model/encoder.h"
#include "terse/model/file.h"

namespace {

using namespace terse;

int wrong(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  return 1;
}

std::vector<float> numbers_of(const std::string& line) {
  std::vector<float> numbers;
  std::istringstream fields(line);
  for (std::string field; std::getline(fields, field, ',');) {
    numbers.push_back(field.empty() ? std::nanf("") : std::stof(field));
  }
  return numbers;
}

}  // namespace

int main(int count, char** values) {
  if (count != 3) return 2;
  const model::Model model = model::read_file(values[1]);
  const model::Encoder encoder(model);
  const auto layout = std::get<payload::Layout>(model.message());
  std::vector<quantize::Code> codes(layout.features());
  std::vector<quantize::Code> again(layout.features());
  std::vector<std::uint8_t> payload(layout.bytes());
  std::vector<float> output(model.outputs());
  const bool dense = !std::holds_alternative<model::decoder::Integers>(model.decoder);
  const auto runner = dense ? nullptr : model::decoder::runner(model.decoder, model.shape(), 1, {});
  const model::Number scale = model::decoder::scale(model.output);
  std::ifstream table(values[2]);
  std::string line;
  std::getline(table, line);
  std::size_t rows = 0;
  for (; std::getline(table, line); ++rows) {
    const std::vector<float> numbers = numbers_of(line);
    const std::span<const float> readings = std::span(numbers).first(layout.features());
    if (!encoder.takes(readings)) return wrong("a reading is not taken");
    encoder.encode({readings.data(), 1, readings.size()}, codes);
    layout.pack(codes, payload);
    if (layout.unpack(payload, again) != payload::Status::ok) return wrong("a message is refused");
    if (codes != again) return wrong("other codes come back");
    if (dense) continue;
    runner->run_codes(again.data(), 1, output);
    const double found = static_cast<double>(output[0]) * scale.deviation + scale.mean;
    const double expected = static_cast<double>(numbers[layout.features()]);
    if (std::abs(found - expected) > 1e-5 * std::max(1.0, std::abs(expected))) {
      return wrong("a prediction is another one");
    }
  }
  if (rows != 40) return wrong("the table does not have 40 rows");
  std::puts("ok");
  return 0;
}
