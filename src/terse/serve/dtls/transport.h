// CoAP over DTLS 1.2, by OpenSSL: a transport of the engine of serve/coap.
#pragma once

#include <memory>

#include "terse/serve/coap/transport.h"
#include "terse/serve/core/access.h"
#include "terse/serve/core/address.h"
#include "terse/serve/dtls/counters.h"
#include "terse/serve/dtls/credentials.h"

namespace terse::serve::dtls {

/// Throws InputError if the address or a file cannot be used, JobError if the address is not
/// available. access: learns which devices prove themselves; may be null. counters and access must
/// outlive it.
std::unique_ptr<coap::Transport> open_transport(const core::Address& address,
                                                const CredentialFiles& files, core::Access* access,
                                                const DtlsCounters& counters);

}  // namespace terse::serve::dtls
