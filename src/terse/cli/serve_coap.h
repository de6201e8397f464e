// The options of terse serve for CoAP over plain UDP.
#pragma once

#include <memory>
#include <string>

#include "terse/cli/command_line.h"
#include "terse/serve/coap/server.h"

namespace terse::cli {

struct CoapArguments {
  std::string address;
  bool write_only = false;
};

void add_coap_options(Command command, CoapArguments& arguments);

/// Null without --coap. Throws InputError.
std::unique_ptr<serve::coap::CoapServer> open_coap(const CoapArguments& arguments,
                                                   const serve::core::ModelRegistry& registry,
                                                   serve::core::Pipeline& pipeline,
                                                   serve::store::Store* store,
                                                   serve::core::Metrics& metrics,
                                                   const serve::core::Heartbeats& heartbeats);

}  // namespace terse::cli
