// JSON of POST /v1/models/{model}/payloads: refused with InputError, or uplinks within the limits.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "terse/base/error.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/payload_body.h"
#include "terse/text/hex.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse;
  try {
    const auto uplinks = terse::serve::core::read_payload_body(
        {reinterpret_cast<const char*>(data), size}, "m", "d");
    TERSE_CHECK(!uplinks.empty() && uplinks.size() <= terse::serve::core::body_uplinks_max);
    for (const terse::serve::core::Uplink& uplink : uplinks) {
      TERSE_CHECK(uplink.model == "m" && terse::serve::core::is_device_name(uplink.device));
      TERSE_CHECK(terse::text::from_hex(terse::text::to_hex(uplink.payload)) == uplink.payload);
    }
    // What can be read as a whole is read alike element by element.
    const auto elements = terse::serve::core::read_payload_elements(
        {reinterpret_cast<const char*>(data), size}, "m", "d");
    TERSE_CHECK(elements.size() == uplinks.size());
  } catch (const base::InputError&) {
  }
  return 0;
}
