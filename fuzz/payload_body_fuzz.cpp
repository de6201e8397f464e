// JSON of POST /v1/models/{model}/payloads: refused with InputError, or uplinks within the limits.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "terse/error.h"
#include "terse/serve/payload_body.h"
#include "terse/serve/text_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse;
  try {
    const auto uplinks =
        serve::read_payload_body({reinterpret_cast<const char*>(data), size}, "m", "d");
    TERSE_CHECK(!uplinks.empty() && uplinks.size() <= serve::body_uplinks_max);
    for (const serve::Uplink& uplink : uplinks) {
      TERSE_CHECK(uplink.model == "m" && serve::is_device_name(uplink.device));
      TERSE_CHECK(serve::from_hex(serve::to_hex(uplink.payload)) == uplink.payload);
    }
  } catch (const InputError&) {
  }
  return 0;
}
