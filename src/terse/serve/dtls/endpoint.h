// The address at which libcoap listens for DTLS.
#pragma once

#include <coap3/coap.h>

#include "terse/serve/coap/socket_address.h"
#include "terse/serve/core/address.h"

namespace terse::serve::dtls {

/// The same address for libcoap.
coap_address_t as_coap_address(const coap::SocketAddress& address);

struct DtlsEndpoint {
  int port;
  int socket;  ///< libcoap's
};

/// Opens a DTLS endpoint with room for a burst of datagrams (port 0: the system chooses one).
/// Throws InputError for a host that is not a numeric address, JobError if the address cannot be
/// used.
DtlsEndpoint listen_for_dtls(coap_context_t* context, const core::Address& address);

}  // namespace terse::serve::dtls
