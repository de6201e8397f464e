// The options of terse serve for CoAP over DTLS.
#pragma once

#include <memory>
#include <string>

#include "terse/cli/command_line.h"
#include "terse/serve/coap/server.h"
#include "terse/serve/dtls/credentials.h"

namespace terse::cli {

struct DtlsArguments {
  std::string address;
  serve::dtls::CredentialFiles files;
};

void add_dtls_options(Command command, DtlsArguments& arguments);

/// Null without --coaps. access learns which devices prove themselves. Throws InputError.
std::unique_ptr<serve::coap::CoapServer> open_dtls(
    const DtlsArguments& arguments, const serve::core::ModelRegistry& registry,
    serve::core::Pipeline& pipeline, serve::core::Access& access, serve::store::Store* store,
    serve::core::Metrics& metrics, const serve::core::Heartbeats& heartbeats);

}  // namespace terse::cli
