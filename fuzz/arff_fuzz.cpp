// Any bytes are an ARFF table in good order or an InputError, whatever the size of the blocks.
#include <cstdint>

#include "frame_check.h"
#include "terse/data/arff.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const data::ReadOptions cleaned = {
      .missing = {"-200", "off"}, .target = "y", .origins = {{"x"}, {"y", 1.5}}};
  for (const data::ReadOptions& options : {data::ReadOptions{}, cleaned}) {
    fuzz::check_reader(text, [&](data::ByteSource& bytes) {
      return data::read_arff(bytes, "fuzz.arff", options);
    });
  }
  return 0;
}
