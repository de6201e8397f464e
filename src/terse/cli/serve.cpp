// terse serve: payloads in, predictions out, until SIGTERM. SIGHUP reads all files again but the
// options.
#include <fmt/core.h>
#include <malloc.h>
#include <signal.h>

#include <charconv>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "terse/base/error.h"
#include "terse/cli/commands.h"
#include "terse/cli/reloads.h"
#include "terse/cli/serve_access.h"
#include "terse/cli/serve_coap.h"
#include "terse/cli/serve_dtls.h"
#include "terse/cli/serve_http.h"
#include "terse/cli/serve_mqtt.h"
#include "terse/cli/serve_predictor.h"
#include "terse/cli/serve_rules.h"
#include "terse/cli/training_options.h"
#include "terse/model/identity.h"
#include "terse/serve/core/model_routes.h"
#include "terse/serve/store/open_store.h"
#include "terse/serve/store/retention.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

struct ServeArguments {
  serve::core::RegistrySources sources;
  std::vector<std::string> ports;
  std::vector<std::string> devices;
  std::vector<std::string> predictors;
  HttpArguments http;
  CoapArguments coap;
  DtlsArguments dtls;
  std::string store = "terse.sqlite";
  std::optional<unsigned> keep_days;
  RulesArguments rules;
  MqttArguments mqtt;
  AccessArguments access;
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
                             "write for example 7=pump or 7=pump@ID");
    }
    arguments.sources.ports[port] = text.substr(equals + 1);
  }
}

// A device's name may hold '=', a model's may not.
void read_devices(ServeArguments& arguments) {
  for (const std::string& text : arguments.devices) {
    const std::size_t equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0) {
      throw base::InputError("--device-model", "", text::in_quotes(text) + " is not DEVICE=NAME",
                             "write for example p1=pump@ID");
    }
    arguments.sources.devices[text.substr(0, equals)] = text.substr(equals + 1);
  }
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

void tell(const std::string& line) {
  fmt::print(stderr, "terse: {}\n", line);
}

void tell_models(const serve::core::ModelRegistry& registry) {
  const std::vector<serve::core::Served> models = registry.all();
  for (const serve::core::Served& served : models) {
    const auto tag = served->model.tag;
    tell(fmt::format("model {}@{}, id {}, {}{} bytes a message", served->name, served->version,
                     served->id, tag ? "tag " + model::tag_text(*tag) + ", " : "",
                     served->payload_bytes));
  }
  for (const std::string& line : serve::core::silent_formats(models)) {
    tell(with_flags(line));
  }
}

void run_serve(ServeArguments& arguments) {
  const Signals signals;
  // Long bodies go back to the system at once. By default glibc would raise this threshold, and
  // keep for each thread what its busiest moment took.
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
  read_ports(arguments);
  read_devices(arguments);
  read_predictors(arguments.predictors, arguments.sources);
  serve::core::ModelRegistry registry(arguments.sources);
  const auto store = serve::store::open_store(arguments.store, store_options(arguments.rules));
  if (store == nullptr && !arguments.rules.heartbeats.empty()) {
    throw base::InputError("--heartbeat", "", "there is no store to look devices up in",
                           "leave out --store none, or --heartbeat");
  }
  std::optional<serve::store::Retention> retention;
  if (store != nullptr && arguments.keep_days) {
    retention.emplace(*store, std::chrono::hours(24) * *arguments.keep_days);
  }
  serve::core::Metrics metrics;
  serve::core::Access access(weaker_senders(arguments.access), [&] {
    return store == nullptr ? std::vector<std::string>() : store->proven_devices();
  });
  serve::core::Audit audit(tell);
  const auto predictor = open_predictor(arguments.sources, metrics);
  serve::core::Pipeline pipeline(registry, store.get(), metrics, {}, tell,
                                 {.access = &access,
                                  .audit = &audit,
                                  .counters = counter_policies(arguments.rules, registry),
                                  .compared = compared_shares(arguments.rules, registry),
                                  .predictor = predictor.get()});
  const auto tokens = open_tokens(arguments.http);
  // What HTTP tells only to those with a token shall not be available elsewhere without one.
  if (tokens != nullptr) arguments.coap.write_only = true;
  const serve::core::Heartbeats heartbeats = heartbeats_of(arguments.rules, registry);
  // First: it says which devices prove themselves, before others may write as them.
  const auto dtls =
      open_dtls(arguments.dtls, registry, pipeline, access, store.get(), metrics, heartbeats);
  const auto coap = open_coap(arguments.coap, registry, pipeline, store.get(), metrics, heartbeats);
  const auto http = open_http(arguments.http, tokens.get(), registry, pipeline, store.get(),
                              metrics, &audit, heartbeats);
  const auto mqtt = open_mqtt(arguments.mqtt, registry, pipeline, metrics);
  const std::string url = url_of(arguments.http, *http);
  if (arguments.json) {
    nlohmann::ordered_json listening = {{"http", url.substr(url.find("://") + 3)}};
    if (coap != nullptr) listening["coap_port"] = coap->port();
    if (dtls != nullptr) listening["coaps_port"] = dtls->port();
    fmt::print("{}\n", listening.dump());
    std::fflush(stdout);
  }
  tell_models(registry);
  fmt::print(stderr, "terse: listening on {}\n", url);
  Reloads reloads;
  reloads.add("models", [&] {
    registry.reload();
    tell_models(registry);
  });
  if (tokens != nullptr) reloads.add("tokens", [&] { tokens->reload(); });
  if (!arguments.http.certificate.empty()) {
    reloads.add("certificate and key of HTTP", [&] { http->reload(); });
  }
  if (dtls != nullptr) reloads.add("keys and certificates of CoAP", [&] { dtls->reload(); });
  while (signals.wait() == SIGHUP) reloads.run(tell);
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
  add_http_options(command, arguments->http);
  add_coap_options(command, arguments->coap);
  add_dtls_options(command, arguments->dtls);
  command.add_option("--store", arguments->store,
                     "SQLite file, postgresql://..., or none (terse.sqlite)");
  command.add_option("--keep-days", arguments->keep_days, "delete older messages (keep all)")
      .between(1U, 36500U);
  add_rules_options(command, arguments->rules);
  command.add_option("--port-model", arguments->ports,
                     "LoRaWAN FPORT=NAME or FPORT=NAME@ID, may be repeated");
  command.add_option("--device-model", arguments->devices,
                     "DEVICE=NAME or DEVICE=NAME@ID, may be repeated: what the device's messages "
                     "are read by, whatever port and tag say");
  add_predictor_option(command, arguments->predictors);
  add_access_options(command, arguments->access);
  add_mqtt_options(command, arguments->mqtt);
  command.add_flag("--json", arguments->json, "print the addresses as JSON when ready");
  command.runs([arguments] { run_serve(*arguments); });
}

}  // namespace terse::cli
