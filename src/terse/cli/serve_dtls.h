// The options of terse serve for CoAP over DTLS.
#pragma once

#include <memory>
#include <string>

#include "terse/cli/command_line.h"
#include "terse/serve/dtls/server.h"

namespace terse::cli {

struct DtlsArguments {
  std::string address;
  std::string keys;
  std::string certificate;
  std::string private_key;
  std::string authorities;
};

void add_dtls_options(Command command, DtlsArguments& arguments);

/// Null without --coaps. Throws InputError.
std::unique_ptr<serve::dtls::DtlsServer> open_dtls(const DtlsArguments& arguments,
                                                   const serve::core::ModelRegistry& registry,
                                                   serve::core::Pipeline& pipeline,
                                                   serve::store::Store* store,
                                                   serve::core::Metrics& metrics);

}  // namespace terse::cli
