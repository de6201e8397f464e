// Events of both network servers: ignored, an uplink, or one with its problem and the whole body.
// Input: the name of ChirpStack's event, a newline, the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "terse/base/error.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/webhook.h"

namespace {

void check(const terse::serve::core::NetworkEvent& event, std::string_view body) {
  using namespace terse::serve::core;
  if (const auto* ignored = std::get_if<IgnoredEvent>(&event)) {
    TERSE_CHECK(!ignored->event.empty() && !ignored->why.empty());
    return;
  }
  const auto& uplink = std::get<Uplink>(event);
  TERSE_CHECK(is_device_name(uplink.device));
  if (!uplink.problem.empty()) {
    TERSE_CHECK(uplink.payload.size() == body.size());
    return;
  }
  TERSE_CHECK(uplink.counter.has_value() && !uplink.payload.empty());
  TERSE_CHECK(*uplink.port > 0 && *uplink.port <= 255);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse::serve::core;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\n'), size);
  const std::string_view body = input.substr(std::min(end + 1, size));
  check(read_things_stack(body), body);
  check(read_chirpstack(body, input.substr(0, end)), body);
  return 0;
}
