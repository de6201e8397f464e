// HTTP in front of the pipeline: payloads, webhooks, models, devices, health, metrics
// (docs/server/start.md).
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "terse/serve/core/address.h"
#include "terse/serve/core/bearer_tokens.h"
#include "terse/serve/core/pipeline.h"

namespace terse::serve::http {

struct HttpOptions {
  core::Address address;
  /// The tokens that may ask, by "Authorization: Bearer TOKEN"; null: anybody may. /healthz,
  /// /readyz and the page at / are open to all. Must outlive the server.
  const core::BearerTokens* tokens = nullptr;
  std::string certificate;  ///< PEM file; with private_key: TLS
  std::string private_key;
  std::size_t body_bytes_max = 1 << 20;
  std::size_t connections_max = 128;  ///< served at a time
};

/// Serves from its own threads until destroyed. Arguments must outlive it.
class HttpServer {
 public:
  /// store: may be null. Throws InputError for a certificate that cannot be used, JobError if the
  /// address is not available.
  HttpServer(HttpOptions options, core::ModelRegistry& registry, core::Pipeline& pipeline,
             store::Store* store, core::Metrics& metrics);
  ~HttpServer();

  int port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::http
