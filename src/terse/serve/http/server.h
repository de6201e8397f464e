// HTTP in front of the pipeline: payloads, webhooks, models, devices, health, metrics
// (docs/server/start.md).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "terse/serve/core/address.h"
#include "terse/serve/core/audit.h"
#include "terse/serve/core/bearer_tokens.h"
#include "terse/serve/core/heartbeats.h"
#include "terse/serve/core/pipeline.h"
#include "terse/serve/http/limits.h"

namespace terse::serve::http {

struct HttpOptions {
  core::Address address;
  /// The tokens that may ask, by "Authorization: Bearer TOKEN"; null: anybody may. /healthz,
  /// /readyz and the page at / are open to all. Must outlive the server.
  const core::BearerTokens* tokens = nullptr;
  /// Gets a line for each administrative request and each right that is refused; may be null. Must
  /// outlive the server.
  core::Audit* audit = nullptr;
  /// Without tokens, too, other machines may reach it.
  bool open = false;
  std::string certificate = {};  ///< PEM file; with private_key: TLS
  std::string private_key = {};
  std::vector<std::string> hosts = {};    ///< names of this server, as Hosts has them
  std::vector<std::string> origins = {};  ///< of other sites' pages that may ask
  HttpLimits limits = {};
  core::Heartbeats heartbeats = core::Heartbeats();  ///< how long devices may be silent
  /// One line about what failed here, for the operator alone. From any thread.
  std::function<void(const std::string&)> told = {};
};

/// Serves from its own threads until destroyed. Arguments must outlive it.
class HttpServer {
 public:
  /// store: may be null. Throws InputError for a certificate that cannot be used, OptionError if
  /// other machines would reach it without tokens and it is not `open`, JobError if the address is
  /// not available.
  HttpServer(HttpOptions options, core::ModelRegistry& registry, core::Pipeline& pipeline,
             store::Store* store, core::Metrics& metrics);
  ~HttpServer();

  int port() const;
  /// Reads certificate and key again, for connections that come from now on. Throws InputError;
  /// then all stays as it was.
  void reload();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::http
