#include "terse/serve/coap/payload_request.h"

#include <string_view>
#include <utility>

#include "terse/base/error.h"
#include "terse/serve/coap/response.h"
#include "terse/serve/core/frame_counter.h"
#include "terse/serve/core/measured_time.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/payload_body.h"
#include "terse/text/quoting.h"

namespace terse::serve::coap {

namespace {

void read_queries(const PayloadRequest& request, core::Uplink& uplink) {
  if (request.counter && request.key) {
    throw base::InputError("", "", "both n and k are given", "send the counter or the key");
  }
  uplink.key = request.key;
  if (request.counter) {
    uplink.counter = core::read_counter(*request.counter);
    if (!uplink.counter) {
      throw base::InputError("", "", "n is not a counter", "send digits alone, or a key as k=TEXT");
    }
  }
  if (request.measured) {
    uplink.measured_ms = core::read_measured_time(*request.measured);
    if (!uplink.measured_ms) {
      throw base::InputError("", "", "t is not a time of measurement",
                             "send seconds since 1970, UTC");
    }
  }
}

}  // namespace

std::vector<core::Uplink> read_uplinks(PayloadRequest request) {
  std::vector<core::Uplink> uplinks(1);
  if (request.content_format == json_format) {
    const std::string_view text(reinterpret_cast<const char*>(request.body.data()),
                                request.body.size());
    uplinks = core::read_payload_body(text, request.model, request.device);
  } else {
    if (request.device.empty()) {
      throw base::InputError("", "", "the sender is not named", "add ?d=DEVICE");
    }
    uplinks[0].device = std::move(request.device);
    if (const std::string problem = core::name_problem(uplinks[0]); !problem.empty()) {
      throw base::InputError("", "", problem, "change d");
    }
    uplinks[0].model = std::move(request.model);
    uplinks[0].payload = std::move(request.body);
    read_queries(request, uplinks[0]);
  }
  uplinks[0].restarted = request.restarted;
  for (core::Uplink& each : uplinks) each.sender = request.sender;
  return uplinks;
}

}  // namespace terse::serve::coap
