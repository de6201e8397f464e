// Packs codes by hand-made thresholds and, given a model, reads it and unpacks a message of it: all
// that a gateway needs, with terse::codec alone.
#include <terse/codec.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <vector>

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

// The message of the lowest codes is zeros, whose codes are 0 again.
bool reads_messages_of(const char* path) {
  const terse::model::Model model = terse::model::read_file(path);
  const std::vector<std::uint8_t> payload(model.payload_bytes());
  std::vector<terse::quantize::Code> codes(model.features.size(), 1);
  return model.layout().unpack(payload, codes) == terse::payload::Status::ok && codes.front() == 0;
}

#ifndef WITHOUT_MAIN
int main(int argument_count, char** arguments) {
  const bool good =
      packs_as_documented() && (argument_count < 2 || reads_messages_of(arguments[1]));
  std::puts(good ? "ok" : "outside_project: wrong codes");
  return good ? 0 : 1;
}
#endif
