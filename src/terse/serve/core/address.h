// The address at which a front end listens: "127.0.0.1:8080", "[::1]:8080", ":8080" (every
// interface).
#pragma once

#include <string>

namespace terse::serve::core {

struct Address {
  std::string host;
  int port = 0;             ///< 0: any free one
  bool everywhere = false;  ///< no host was written: every interface, of IPv6 too
};

/// Throws OptionError naming `option`.
Address parse_address(const std::string& text, const std::string& option);

}  // namespace terse::serve::core
