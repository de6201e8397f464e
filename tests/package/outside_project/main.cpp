// Packs codes by hand-made thresholds, then trains, saves, reads back and predicts: a call into
// every room of the installed library, so that nothing it links is missing. Says what is wrong, or
// "ok".
#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "terse/data/frame.h"
#include "terse/data/table.h"
#include "terse/model/file.h"
#include "terse/model/predictor.h"
#include "terse/payload/layout.h"
#include "terse/quantize/encode.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"

namespace {

int wrong(const std::string& what) {
  std::fprintf(stderr, "outside_project: %s\n", what.c_str());
  return 1;
}

// Levels 5, 3, 4 and codes 4, 2, 1 are the byte 0x92 (docs/payload-format.md).
bool packs_as_documented() {
  terse::quantize::Thresholds thresholds;
  thresholds.add_feature(std::array{-10.0F, 0.0F, 10.0F, 20.0F});
  thresholds.add_feature(std::array{40.0F, 60.0F});
  thresholds.add_feature(std::array{1.0F, 2.0F, 3.0F});
  terse::base::Matrix readings(1, 3);
  readings(0, 0) = 21.5F;
  readings(0, 1) = 61.0F;
  readings(0, 2) = 2.0F;  // equal to a threshold: not above it
  std::array<terse::quantize::Code, 3> codes{};
  terse::quantize::Encoder(thresholds).encode(readings, codes);
  const terse::payload::Layout layout(terse::payload::Packing::bits, {5, 3, 4});
  std::array<std::uint8_t, 1> payload{};
  layout.pack(codes, payload);
  return layout.bytes() == 1 && payload[0] == 0x92;
}

}  // namespace

int main() {
  if (!packs_as_documented()) return wrong("readings 21.5, 61, 2 do not become 0x92");

  const terse::data::Frame frame = terse::data::read_frame("fried:500", {});
  const terse::data::Table table = terse::data::select(frame, {.target = "y"});
  terse::train::Options options;
  options.bits = 2;
  options.hidden = {16};
  options.epochs = 5;
  const auto rows = terse::train::all_rows(table);
  const terse::model::Model trained = terse::train::train_model(table, rows, options);
  terse::model::write_file(trained, "trained.terse");

  const terse::model::Model model = terse::model::read_file("trained.terse");
  if (model.payload_bytes() != 3) return wrong("10 features of 2 bits are not 3 bytes");
  std::vector<float> before(table.rows());
  std::vector<float> after(table.rows());
  terse::model::Predictor(trained).predict(table.features, before);
  terse::model::Predictor(model).predict(table.features, after);
  if (before != after) return wrong("the model read back predicts differently");
  std::puts("ok");
  return 0;
}
