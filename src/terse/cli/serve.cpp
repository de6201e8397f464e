// terse serve: payloads in, predictions out, until SIGTERM. SIGHUP reads the models again.
#include <fmt/format.h>
#include <signal.h>

#include <charconv>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "terse/cli/commands.h"
#include "terse/error.h"
#include "terse/serve/http_server.h"
#include "terse/serve/sqlite_store.h"

namespace terse::cli {
namespace {

struct ServeArguments {
  serve::RegistrySources sources;
  std::vector<std::string> ports;
  std::string http;
  std::string store = "terse.sqlite";
  std::string tokens;
  serve::HttpOptions http_options;
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
      throw InputError("--port-model", "", in_quotes(text) + " is not FPORT=NAME",
                       "write for example 7=pump");
    }
    arguments.sources.ports[port] = text.substr(equals + 1);
  }
}

std::vector<std::string> read_tokens(const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path);
  std::vector<std::string> tokens;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) tokens.push_back(line);
  }
  if (tokens.empty()) {
    throw InputError(path, "", "holds no token", "write one token a line");
  }
  return tokens;
}

std::unique_ptr<serve::Store> open_store(const std::string& name) {
  if (name == "none") return nullptr;
  const std::string prefix = "sqlite:";
  return std::make_unique<serve::SqliteStore>(name.starts_with(prefix) ? name.substr(prefix.size())
                                                                       : name);
}

/// Blocks the signals before any thread is there, so that wait() alone gets them.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int each : {SIGHUP, SIGINT, SIGTERM}) sigaddset(&set_, each);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  int wait() const {
    int received = 0;
    sigwait(&set_, &received);
    return received;
  }

 private:
  sigset_t set_ = {};
};

void reload(serve::ModelRegistry& registry) {
  try {
    registry.reload();
    fmt::print(stderr, "terse: models read again\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "terse: the models stay as they were: {}\n", error.what());
  }
}

void run_serve(ServeArguments& arguments) {
  const Signals signals;
  read_ports(arguments);
  serve::ModelRegistry registry(arguments.sources);
  const auto store = open_store(arguments.store);
  serve::Metrics metrics;
  serve::Pipeline pipeline(registry, store.get(), metrics, {});
  if (arguments.http.empty()) arguments.http = "127.0.0.1:8080";
  arguments.http_options.address = serve::parse_address(arguments.http, "--http");
  arguments.http_options.tokens = read_tokens(arguments.tokens);
  const serve::HttpServer http(arguments.http_options, registry, pipeline, store.get(), metrics);
  const std::string& host = arguments.http_options.address.host;
  if (arguments.json) {
    const nlohmann::ordered_json listening = {{"http", fmt::format("{}:{}", host, http.port())}};
    fmt::print("{}\n", listening.dump());
    std::fflush(stdout);
  }
  for (const serve::Served& served : registry.all()) {
    fmt::print(stderr, "terse: model {}@{}, {} bytes a message\n", served->name, served->version,
               served->payload_bytes);
  }
  fmt::print(stderr, "terse: listening on {}://{}:{}\n",
             arguments.http_options.certificate.empty() ? "http" : "https", host, http.port());
  while (signals.wait() == SIGHUP) reload(registry);
  fmt::print(stderr, "terse: answering what came, then done\n");
}

}  // namespace

void add_serve(CLI::App& program) {
  auto arguments = std::make_shared<ServeArguments>();
  CLI::App& command = *program.add_subcommand(
      "serve", "Answer payloads of devices with predictions, and store both");
  command
      .add_option("MODEL", arguments->sources.models, "[NAME=]FILE, the last of a name is newest")
      ->required();
  command.add_option("--http", arguments->http, "HOST:PORT (127.0.0.1:8080; port 0: any)");
  command.add_option("--store", arguments->store, "SQLite file, or none (terse.sqlite)");
  command.add_option("--port-model", arguments->ports, "LoRaWAN FPORT=NAME, may be repeated");
  command.add_option("--tokens", arguments->tokens, "file of bearer tokens, one a line");
  auto* certificate =
      command.add_option("--tls-certificate", arguments->http_options.certificate, "PEM file");
  auto* key = command.add_option("--tls-key", arguments->http_options.private_key, "PEM file");
  certificate->needs(key);
  key->needs(certificate);
  command.add_flag("--json", arguments->json, "print the addresses as JSON when ready");
  command.callback([arguments] { run_serve(*arguments); });
}

}  // namespace terse::cli
