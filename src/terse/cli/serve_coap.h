// The CoAP options of terse serve.
#pragma once

#include <memory>
#include <string>

#include "terse/cli/command_line.h"
#include "terse/serve/coap/server.h"
#include "terse/serve/dtls/server.h"

namespace terse::cli {

struct CoapArguments {
  std::string coap;
  std::string coaps;
  std::string keys;
  std::string certificate;
  std::string private_key;
  std::string authorities;
  bool write_only = false;
};

void add_coap_options(Command command, CoapArguments& arguments);

/// Null without --coap. Throws InputError.
std::unique_ptr<serve::coap::CoapServer> open_coap(const CoapArguments& arguments,
                                                   const serve::core::ModelRegistry& registry,
                                                   serve::core::Pipeline& pipeline,
                                                   serve::store::Store* store,
                                                   serve::core::Metrics& metrics);
/// Null without --coaps. Throws InputError.
std::unique_ptr<serve::dtls::DtlsServer> open_coaps(const CoapArguments& arguments,
                                                    const serve::core::ModelRegistry& registry,
                                                    serve::core::Pipeline& pipeline,
                                                    serve::store::Store* store,
                                                    serve::core::Metrics& metrics);

}  // namespace terse::cli
