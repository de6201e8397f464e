#include "terse/serve/coap/transport.h"

namespace terse::serve::coap {

std::string Peer::bytes() const {
  std::string result = address.bytes();
  for (std::uint64_t rest = session; rest != 0; rest >>= 8) result += static_cast<char>(rest);
  return result;
}

std::string Peer::party() const {
  return device == nullptr ? address.network() : "device " + *device;
}

}  // namespace terse::serve::coap
