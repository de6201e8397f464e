// Several messages in one CoAP request.
#pragma once

#include <utility>
#include <vector>

#include "terse/serve/core/pipeline.h"

namespace terse::serve::coap {

/// Adds the uplinks of a request to what Pipeline::submit_all takes; `answered` is called once,
/// when all of them are answered, with the verdict that asks the most of the sender (send again,
/// look at the refusals, nothing) and a summary of all. A single one has its own answer.
void add_request(std::vector<core::Uplink> uplinks, core::Pipeline::Answered answered,
                 std::vector<std::pair<core::Uplink, core::Pipeline::Answered>>& several);

}  // namespace terse::serve::coap
