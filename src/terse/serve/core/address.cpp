#include "terse/serve/core/address.h"

#include <charconv>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::serve::core {

Address parse_address(const std::string& text, const std::string& option) {
  const auto refuse = [&] {
    throw base::OptionError(option, "", text::in_quotes(text) + " is not an address",
                            "write HOST:PORT, for example 127.0.0.1:8080, [::1]:8080 or :8080");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) refuse();
  Address address{text.substr(0, colon), 0};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc() || rest != end || address.port < 0 || address.port > 65535) refuse();
  std::string& host = address.host;
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    refuse();
  }
  address.everywhere = host.empty();
  if (address.everywhere) host = "0.0.0.0";
  return address;
}

}  // namespace terse::serve::core
