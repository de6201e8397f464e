// Uplinks of both network servers: refused with InputError, ignored, or whole.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "terse/base/error.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/webhook.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const auto read :
       {terse::serve::core::read_things_stack, terse::serve::core::read_chirpstack}) {
    try {
      const auto uplink = read(body);
      if (!uplink) continue;
      TERSE_CHECK(terse::serve::core::is_device_name(uplink->device));
      TERSE_CHECK(uplink->key.has_value() && *uplink->port >= 0 && *uplink->port <= 255);
    } catch (const base::InputError&) {
    }
  }
  return 0;
}
