// Several messages in one CoAP request.
#pragma once

#include <vector>

#include "terse/serve/core/pipeline.h"

namespace terse::serve::coap {

/// Submits all; `answered` is called once, when all are answered, with the verdict that asks the
/// most of the sender (send again, look at the refusals, nothing) and a summary of all. A single
/// one is answered as Pipeline::submit does.
void submit_together(core::Pipeline& pipeline, std::vector<core::Uplink> uplinks,
                     core::Pipeline::Answered answered);

}  // namespace terse::serve::coap
