// The page at /: devices, a live chart, bytes saved, refused payloads, model cards.
#pragma once

#include <string_view>

namespace terse::serve::web {

/// HTML that loads nothing from elsewhere; it asks this server's /v1 and /metrics every two
/// seconds.
std::string_view page();

}  // namespace terse::serve::web
