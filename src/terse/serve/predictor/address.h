// Where a server of the Open Inference Protocol is.
#pragma once

#include <string>
#include <string_view>

namespace terse::serve::predictor {

struct Address {
  std::string host;    ///< without brackets
  std::string port;    ///< a number
  std::string target;  ///< "/v2/models/NAME[/versions/V]", or empty: of the model that is served
};

/// text: "http://HOST[:PORT][/v2/models/NAME[/versions/V]]". Throws InputError naming --predictor.
Address parse_address(std::string_view text);

/// What the request line names: ".../infer". name: of the served model.
std::string infer_target(const Address& address, std::string_view name);

/// The Host header: with brackets around an IPv6 address.
std::string host_field(const Address& address);

}  // namespace terse::serve::predictor
