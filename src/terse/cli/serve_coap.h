// The CoAP options of terse serve.
#pragma once

#include <memory>
#include <string>

#include "terse/cli/command_line.h"
#include "terse/serve/coap_server.h"
#include "terse/serve/coap_udp_server.h"

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
std::unique_ptr<serve::CoapUdpServer> open_coap(const CoapArguments& arguments,
                                                const serve::ModelRegistry& registry,
                                                serve::Pipeline& pipeline, serve::Store* store,
                                                serve::Metrics& metrics);
/// Null without --coaps. Throws InputError.
std::unique_ptr<serve::CoapServer> open_coaps(const CoapArguments& arguments,
                                              const serve::ModelRegistry& registry,
                                              serve::Pipeline& pipeline, serve::Store* store,
                                              serve::Metrics& metrics);

}  // namespace terse::cli
