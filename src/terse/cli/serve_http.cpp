#include "terse/cli/serve_http.h"

#include <fmt/core.h>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

/// Throws InputError for what no browser sends.
void check_origins(const std::vector<std::string>& origins) {
  for (const std::string& origin : origins) {
    const std::size_t begin = origin.find("://");
    if (begin == std::string::npos || begin == 0 ||
        origin.find('/', begin + 3) != std::string::npos) {
      throw base::InputError("--http-origin", "", text::in_quotes(origin) + " is not an origin",
                             "write SCHEME://HOST[:PORT], for example https://dash.example");
    }
  }
}

void check_hosts(const std::vector<std::string>& hosts) {
  for (const std::string& host : hosts) {
    if (host.empty() || host.find_first_of("/: ") != std::string::npos) {
      throw base::InputError("--http-host", "", text::in_quotes(host) + " is not a host's name",
                             "write it without scheme and port, for example terse.example");
    }
  }
}

}  // namespace

void add_http_options(Command command, HttpArguments& arguments) {
  command.add_option("--http", arguments.address, "HOST:PORT (127.0.0.1:8080; port 0: any)");
  command.add_option(
      "--tokens", arguments.tokens,
      "file of bearer tokens: TOKEN [EXPIRY] [name= rights= models= devices=] lines");
  command.add_flag(
      "--open", arguments.open,
      "let other machines reach HTTP without tokens: everybody there may write and read");
  command
      .add_option(
          "--http-host", arguments.hosts,
          "name by which HTTP is asked, beside addresses, localhost and this machine's name; "
          "may be repeated")
      .repeatable();
  command
      .add_option("--http-origin", arguments.origins,
                  "other site whose pages may ask, SCHEME://HOST[:PORT]; may be repeated")
      .repeatable();
  Option certificate = command.add_option("--tls-certificate", arguments.certificate, "PEM file");
  Option key = command.add_option("--tls-key", arguments.private_key, "PEM file");
  certificate.needs(key);
  key.needs(certificate);
}

std::unique_ptr<serve::core::BearerTokens> open_tokens(const HttpArguments& arguments) {
  if (arguments.tokens.empty()) return nullptr;
  return std::make_unique<serve::core::BearerTokens>(arguments.tokens);
}

std::unique_ptr<serve::http::HttpServer> open_http(
    const HttpArguments& arguments, const serve::core::BearerTokens* tokens,
    serve::core::ModelRegistry& registry, serve::core::Pipeline& pipeline,
    serve::store::Store* store, serve::core::Metrics& metrics, serve::core::Audit* audit,
    serve::core::Heartbeats heartbeats) {
  check_hosts(arguments.hosts);
  check_origins(arguments.origins);
  serve::http::HttpOptions options;
  options.address = serve::core::parse_address(arguments.address, "http");
  options.tokens = tokens;
  options.audit = audit;
  options.open = arguments.open;
  options.certificate = arguments.certificate;
  options.private_key = arguments.private_key;
  options.hosts = arguments.hosts;
  options.heartbeats = std::move(heartbeats);
  options.origins = arguments.origins;
  options.told = [](const std::string& line) { fmt::print(stderr, "terse: {}\n", line); };
  return std::make_unique<serve::http::HttpServer>(std::move(options), registry, pipeline, store,
                                                   metrics);
}

std::string url_of(const HttpArguments& arguments, const serve::http::HttpServer& server) {
  const std::string& host = serve::core::parse_address(arguments.address, "http").host;
  return fmt::format("{}://{}:{}", arguments.certificate.empty() ? "http" : "https", host,
                     server.port());
}

}  // namespace terse::cli
