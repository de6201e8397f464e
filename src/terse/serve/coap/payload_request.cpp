#include "terse/serve/coap/payload_request.h"

#include <string_view>
#include <utility>

#include "terse/base/error.h"
#include "terse/serve/coap/response.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/payload_body.h"

namespace terse::serve::coap {

std::vector<core::Uplink> read_uplinks(PayloadRequest request) {
  if (request.content_format == json_format) {
    const std::string_view text(reinterpret_cast<const char*>(request.body.data()),
                                request.body.size());
    return core::read_payload_body(text, request.model, request.device);
  }
  if (!core::is_device_name(request.device)) {
    throw base::InputError("", "", "the sender is not named", "add ?d=DEVICE");
  }
  std::vector<core::Uplink> uplinks(1);
  uplinks[0].device = std::move(request.device);
  uplinks[0].model = std::move(request.model);
  uplinks[0].payload = std::move(request.body);
  if (!request.counter.empty()) uplinks[0].key = std::move(request.counter);
  return uplinks;
}

}  // namespace terse::serve::coap
