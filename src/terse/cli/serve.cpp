// terse serve: payloads in, predictions out, until SIGTERM. SIGHUP reloads the models.
#include <fmt/core.h>
#include <signal.h>

#include <charconv>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "terse/base/error.h"
#include "terse/cli/commands.h"
#include "terse/cli/serve_coap.h"
#include "terse/cli/serve_dtls.h"
#include "terse/cli/serve_mqtt.h"
#include "terse/serve/http/server.h"
#include "terse/serve/store/open_store.h"
#include "terse/serve/store/retention.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

struct ServeArguments {
  serve::core::RegistrySources sources;
  std::vector<std::string> ports;
  std::string http;
  CoapArguments coap;
  DtlsArguments dtls;
  std::string store = "terse.sqlite";
  std::string tokens;
  std::optional<unsigned> keep_days;
  serve::http::HttpOptions http_options;
  MqttArguments mqtt;
  bool json = false;
};

void read_ports(ServeArguments& arguments) {
  for (const std::string& text : arguments.ports) {
    int port = 0;
    const std::size_t equals = text.find('=');
    const char* end = text.data() + std::min(equals, text.size());
    const auto [rest, error] = std::from_chars(text.data(), end, port);
    if (equals == std::string::npos || error != std::errc() || rest != end || port < 0 ||
        port > 255) {
      throw base::InputError("--port-model", "", text::in_quotes(text) + " is not FPORT=NAME",
                             "write for example 7=pump");
    }
    arguments.sources.ports[port] = text.substr(equals + 1);
  }
}

/// Blocks the signals before any thread is there, so that wait() alone gets them.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int each : {SIGHUP, SIGINT, SIGTERM}) sigaddset(&set_, each);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    // A limit on file sizes shall be an error of the store, not the end of the program.
    signal(SIGXFSZ, SIG_IGN);
  }
  int wait() const {
    int received = 0;
    sigwait(&set_, &received);
    return received;
  }

 private:
  sigset_t set_ = {};
};

void tell(const std::string& line) {
  fmt::print(stderr, "terse: {}\n", line);
}

void reload(serve::core::ModelRegistry& registry, serve::core::BearerTokens* tokens,
            serve::coap::CoapServer* dtls) {
  try {
    registry.reload();
    tell("models reloaded");
  } catch (const std::exception& error) {
    tell(fmt::format("the models are unchanged: {}", error.what()));
  }
  if (tokens != nullptr) {
    try {
      tokens->reload();
      tell("tokens reloaded");
    } catch (const std::exception& error) {
      tell(fmt::format("the tokens are unchanged: {}", error.what()));
    }
  }
  if (dtls == nullptr) return;
  try {
    dtls->reload();
    tell("keys and certificates of CoAP reloaded");
  } catch (const std::exception& error) {
    tell(fmt::format("the keys and certificates of CoAP are unchanged: {}", error.what()));
  }
}

void run_serve(ServeArguments& arguments) {
  const Signals signals;
  read_ports(arguments);
  serve::core::ModelRegistry registry(arguments.sources);
  const auto store = serve::store::open_store(arguments.store);
  std::optional<serve::store::Retention> retention;
  if (store != nullptr && arguments.keep_days) {
    retention.emplace(*store, std::chrono::hours(24) * *arguments.keep_days);
  }
  serve::core::Metrics metrics;
  serve::core::Access access;
  serve::core::Pipeline pipeline(registry, store.get(), metrics, {}, tell, {.access = &access});
  if (arguments.http.empty()) arguments.http = "127.0.0.1:8080";
  arguments.http_options.address = serve::core::parse_address(arguments.http, "http");
  std::unique_ptr<serve::core::BearerTokens> tokens;
  if (!arguments.tokens.empty())
    tokens = std::make_unique<serve::core::BearerTokens>(arguments.tokens);
  arguments.http_options.tokens = tokens.get();
  // What HTTP tells only to those with a token shall not be available elsewhere without one.
  if (!arguments.tokens.empty()) arguments.coap.write_only = true;
  const auto coap = open_coap(arguments.coap, registry, pipeline, store.get(), metrics);
  const auto dtls = open_dtls(arguments.dtls, registry, pipeline, access, store.get(), metrics);
  const serve::http::HttpServer http(arguments.http_options, registry, pipeline, store.get(),
                                     metrics);
  const auto mqtt = open_mqtt(arguments.mqtt, registry, pipeline, metrics);
  const std::string& host = arguments.http_options.address.host;
  if (arguments.json) {
    nlohmann::ordered_json listening = {{"http", fmt::format("{}:{}", host, http.port())}};
    if (coap != nullptr) listening["coap_port"] = coap->port();
    if (dtls != nullptr) listening["coaps_port"] = dtls->port();
    fmt::print("{}\n", listening.dump());
    std::fflush(stdout);
  }
  for (const serve::core::Served& served : registry.all()) {
    fmt::print(stderr, "terse: model {}@{}, {} bytes a message\n", served->name, served->version,
               served->payload_bytes);
  }
  fmt::print(stderr, "terse: listening on {}://{}:{}\n",
             arguments.http_options.certificate.empty() ? "http" : "https", host, http.port());
  while (signals.wait() == SIGHUP) reload(registry, tokens.get(), dtls.get());
  fmt::print(stderr, "terse: answering what has arrived, then stopping\n");
}

}  // namespace

void add_serve(Command program) {
  auto arguments = std::make_shared<ServeArguments>();
  Command command =
      program.add_command("serve", "Answer payloads of devices with predictions, and store both");
  command
      .add_option("MODEL", arguments->sources.models,
                  "[NAME=]FILE; the last one of a name is its newest version")
      .required();
  command.add_option("--http", arguments->http, "HOST:PORT (127.0.0.1:8080; port 0: any)");
  add_coap_options(command, arguments->coap);
  add_dtls_options(command, arguments->dtls);
  command.add_option("--store", arguments->store,
                     "SQLite file, postgresql://..., or none (terse.sqlite)");
  command.add_option("--keep-days", arguments->keep_days, "delete older messages (keep all)")
      .between(1U, 36500U);
  command.add_option("--port-model", arguments->ports, "LoRaWAN FPORT=NAME, may be repeated");
  command.add_option("--tokens", arguments->tokens, "file of bearer tokens: TOKEN [EXPIRY] lines");
  Option certificate =
      command.add_option("--tls-certificate", arguments->http_options.certificate, "PEM file");
  Option key = command.add_option("--tls-key", arguments->http_options.private_key, "PEM file");
  certificate.needs(key);
  key.needs(certificate);
  add_mqtt_options(command, arguments->mqtt);
  command.add_flag("--json", arguments->json, "print the addresses as JSON when ready");
  command.runs([arguments] { run_serve(*arguments); });
}

}  // namespace terse::cli
