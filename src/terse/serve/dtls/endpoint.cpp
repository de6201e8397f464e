#include "terse/serve/dtls/endpoint.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

#include "terse/base/error.h"
#include "terse/serve/coap/socket_address.h"

namespace terse::serve::dtls {
namespace {

// libcoap would share a port with another server that shares it too, and take its datagrams.
bool is_free(const coap::SocketAddress& address) {
  const int trial = socket(address.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const bool bound =
      bind(trial, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0;
  close(trial);
  return bound;
}

}  // namespace

coap_address_t as_coap_address(const coap::SocketAddress& address) {
  coap_address_t result;
  coap_address_init(&result);
  std::memcpy(&result.addr, &address.storage,
              std::min<std::size_t>(address.size, sizeof result.addr));
  result.size = address.size;
  return result;
}

DtlsEndpoint listen_for_dtls(coap_context_t* context, const core::Address& address) {
  const coap::SocketAddress wanted = coap::parse_socket_address(address, "coaps");
  const coap_address_t bound = as_coap_address(wanted);
  coap_endpoint_t* endpoint =
      is_free(wanted) ? coap_new_endpoint(context, &bound, COAP_PROTO_DTLS) : nullptr;
  if (endpoint == nullptr) {
    throw base::JobError(
        fmt::format("cannot listen on {}:{} for CoAP over DTLS: it is in use, or not an address "
                    "of this machine",
                    address.host, address.port));
  }
  const std::string_view text = coap_endpoint_str(endpoint);
  const std::size_t colon = text.rfind(':');
  int found = address.port;
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), found);
  const int socket =
      coap::datagram_socket_at(coap::parse_socket_address({address.host, found}, "coaps"));
  TERSE_CHECK(socket >= 0);
  coap::widen_receive_buffer(socket);
  return {found, socket};
}

}  // namespace terse::serve::dtls
