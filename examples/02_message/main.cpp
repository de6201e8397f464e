// A message on its way: readings are encoded and packed as on a device, and the bytes become a
// prediction as on a server, which refuses what no device of this model can have sent.
//
//   02_message [MODEL]    a model of 10 features, as 01_train writes it
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/base/error.h"
#include "terse/base/matrix.h"
#include "terse/model/file.h"
#include "terse/model/predictor.h"
#include "terse/payload/layout.h"
#include "terse/quantize/encode.h"

namespace {

std::vector<std::uint8_t> device(const terse::model::Model& model,
                                 const std::array<float, 10>& readings) {
  std::array<terse::quantize::Code, 10> codes{};
  for (std::size_t f = 0; f < readings.size(); ++f) {
    codes[f] = terse::quantize::code_of(readings[f], model.thresholds.of(f));
  }
  std::vector<std::uint8_t> payload(model.payload_bytes());
  model.layout().pack(codes, payload);
  return payload;
}

void server(const terse::model::Model& model, std::span<const std::uint8_t> payload) {
  std::array<terse::quantize::Code, 10> codes{};
  const terse::payload::Status status = model.layout().unpack(payload, codes);
  if (status != terse::payload::Status::ok) {
    const std::string_view reason = terse::payload::description(status);
    std::printf("refused: %.*s\n", static_cast<int>(reason.size()), reason.data());
    return;
  }
  float prediction = 0.0F;
  terse::model::Predictor(model, 1).predict_codes(codes, 1, {&prediction, 1});
  std::printf("%s = %.2f\n", model.target_name.c_str(), prediction);
}

}  // namespace

int main(int argument_count, char** arguments) {
  try {
    const std::string path = argument_count > 1 ? arguments[1] : "fried.terse";
    const terse::model::Model model = terse::model::read_file(path);
    if (model.features.size() != 10 || model.thresholds.features() != 10) {
      std::fprintf(stderr, "%s: not a model of 10 quantized features\n", path.c_str());
      return 2;
    }
    std::vector<std::uint8_t> payload =
        device(model, {0.4F, 0.7F, 1.0F, 0.7F, 0.0F, 0.1F, 0.8F, 0.6F, 0.9F, 0.9F});
    std::printf("sent:");
    for (const std::uint8_t byte : payload) std::printf(" %02x", byte);
    std::printf("\n");
    server(model, payload);

    payload.pop_back();  // the radio lost a byte
    server(model, payload);
    return 0;
  } catch (const terse::base::InputError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
