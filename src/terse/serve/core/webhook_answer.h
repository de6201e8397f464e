// The answer to the webhook of a network server. That reads the status alone: one message that
// cannot be kept must not look like a server that has failed, or all that follow are held back
// (decision 42).
#pragma once

#include <string>

#include "terse/serve/core/uplink.h"
#include "terse/serve/core/webhook.h"

namespace terse::serve::core {

/// 503 for what may pass, 200 for everything that was kept, is in quarantine, may not be written by
/// this sender, or was ignored.
int webhook_status(Verdict verdict);

/// {"status": "ignored", "event": "txack", "reason": "..."}
std::string to_json(const IgnoredEvent& event);

}  // namespace terse::serve::core
