// Uplinks of both network servers: refused with InputError, ignored, or whole.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "terse/error.h"
#include "terse/serve/text_bytes.h"
#include "terse/serve/webhook.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const auto read : {serve::read_things_stack, serve::read_chirpstack}) {
    try {
      const auto uplink = read(body);
      if (!uplink) continue;
      TERSE_CHECK(serve::is_device_name(uplink->device));
      TERSE_CHECK(uplink->key.has_value() && *uplink->port >= 0 && *uplink->port <= 255);
    } catch (const InputError&) {
    }
  }
  return 0;
}
