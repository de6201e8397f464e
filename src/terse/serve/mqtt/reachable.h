// Whether a broker listens at an address, found out within seconds.
#pragma once

#include <string>

namespace terse::serve::mqtt {

/// Tries each address of the host for 5 s at most. The library's own connect may block for two
/// minutes.
bool is_reachable(const std::string& host, int port);

}  // namespace terse::serve::mqtt
