// The options of terse serve for HTTP.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "terse/cli/command_line.h"
#include "terse/serve/http/server.h"

namespace terse::cli {

struct HttpArguments {
  std::string address = "127.0.0.1:8080";
  std::string tokens;
  std::string certificate;
  std::string private_key;
  std::vector<std::string> hosts;
  std::vector<std::string> origins;
  bool open = false;
};

void add_http_options(Command command, HttpArguments& arguments);

/// Null without --tokens. Throws InputError.
std::unique_ptr<serve::core::BearerTokens> open_tokens(const HttpArguments& arguments);

/// tokens, audit: may be null; must outlive it. Throws InputError.
std::unique_ptr<serve::http::HttpServer> open_http(
    const HttpArguments& arguments, const serve::core::BearerTokens* tokens,
    serve::core::ModelRegistry& registry, serve::core::Pipeline& pipeline,
    serve::store::Store* store, serve::core::Metrics& metrics, serve::core::Audit* audit,
    serve::core::Heartbeats heartbeats);

/// "http://127.0.0.1:8080", with the port at which it listens.
std::string url_of(const HttpArguments& arguments, const serve::http::HttpServer& server);

}  // namespace terse::cli
