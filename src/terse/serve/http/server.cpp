#include "terse/serve/http/server.h"

#include <fmt/core.h>
#include <httplib.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "terse/base/error.h"
#include "terse/serve/core/json_answers.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/payload_body.h"
#include "terse/serve/core/webhook.h"
#include "terse/serve/core/webhook_answer.h"
#include "terse/serve/http/assets.h"
#include "terse/serve/http/connections.h"
#include "terse/serve/http/counters.h"
#include "terse/serve/web/page.h"
#include "terse/text/quoting.h"

namespace terse::serve::http {
namespace {

using httplib::Request;
using httplib::Response;

constexpr const char* json_type = "application/json";
constexpr std::size_t rows_max = 10'000;

int http_status(core::Verdict verdict) {
  switch (verdict) {
    case core::Verdict::stored:
    case core::Verdict::duplicate:
      return 200;
    case core::Verdict::forbidden:
      return 403;
    case core::Verdict::unknown_model:
      return 404;
    case core::Verdict::conflict:
      return 409;
    case core::Verdict::refused:
      return 422;
    case core::Verdict::busy:
    case core::Verdict::unavailable:
      return 503;
  }
  return 500;
}

bool is_json(const Request& request) {
  return request.get_header_value("Content-Type").starts_with(json_type);
}

std::size_t limit_of(const Request& request) {
  const std::string text = request.get_param_value("limit");
  if (text.empty()) return 100;
  std::size_t limit = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, limit);
  if (error != std::errc() || rest != end || limit == 0 || limit > rows_max) {
    throw base::InputError("limit", "", text::in_quotes(text) + " is not a number of rows",
                           fmt::format("write 1 to {}", rows_max));
  }
  return limit;
}

}  // namespace

struct HttpServer::State {
  State(HttpOptions options_, core::ModelRegistry& registry_, core::Pipeline& pipeline_,
        store::Store* store_, core::Metrics& metrics_)
      : options(std::move(options_)),
        registry(registry_),
        pipeline(pipeline_),
        store(store_),
        metrics(metrics_),
        counters(metrics),
        connections({.served_max = options.connections_max}),
        server(make_http_server(options.certificate, options.private_key, connections)) {}

  void set_limits();
  bool is_too_long(const Request& request) const;
  bool has_token(const Request& request, Response& response);
  /// Before the body is read.
  void check_head();
  void catch_errors();
  void add_ingest();
  void add_webhooks();
  void add_questions();
  void add_health();
  void bind();

  void answer(const core::Answer& given, Response& response) const {
    response.status = http_status(given.verdict);
    if (response.status == 503) response.set_header("Retry-After", "1");
    response.set_content(core::to_json(given, registry), json_type);
  }
  void ingest(const Request& request, Response& response);
  void answer_webhook(core::NetworkEvent event, const Request& request, Response& response);
  store::Store& opened_store() const {
    if (store == nullptr) {
      throw base::OptionError("store", "", "this server has no store", "start it with one");
    }
    return *store;
  }

  HttpOptions options;
  core::ModelRegistry& registry;
  core::Pipeline& pipeline;
  store::Store* store;
  core::Metrics& metrics;
  HttpCounters counters;
  HttpConnections connections;
  std::unique_ptr<httplib::Server> server;
  int listening = -1;
  int port = 0;
  std::thread thread;
};

void HttpServer::State::set_limits() {
  // Without it, answers on a connection that is kept wait 40 ms for the peer's acknowledgement.
  server->set_tcp_nodelay(true);
  server->set_payload_max_length(options.body_bytes_max);
  // The default lets a second server share the port unnoticed.
  server->set_socket_options([this](socket_t socket) {
    listening = socket;
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
}

bool HttpServer::State::is_too_long(const Request& request) const {
  const std::string text = request.get_header_value("Content-Length");
  std::uint64_t length = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, length);
  // A length that is not a number is refused as well: nobody knows where the next request begins.
  return !text.empty() && (error != std::errc() || rest != end || length > options.body_bytes_max);
}

bool HttpServer::State::has_token(const Request& request, Response& response) {
  if (options.tokens == nullptr || request.path == "/" || request.path == "/healthz" ||
      request.path == "/readyz") {
    return true;
  }
  const core::TokenVerdict verdict =
      options.tokens
          ->check(request.get_header_value("Authorization"), std::chrono::system_clock::now())
          .verdict;
  if (verdict == core::TokenVerdict::good) return true;
  counters.count_unauthorized(verdict);
  response.set_header("WWW-Authenticate", "Bearer");
  response.set_content(core::error_json(verdict == core::TokenVerdict::expired
                                            ? "this bearer token has expired"
                                            : "a bearer token of this server is required"),
                       json_type);
  return false;
}

void HttpServer::State::check_head() {
  server->set_pre_routing_handler([this](const Request& request, Response& response) {
    using Handled = httplib::Server::HandlerResponse;
    if (!has_token(request, response)) {
      response.status = 401;
    } else if (is_too_long(request)) {
      response.status = 413;
    } else {
      return Handled::Unhandled;
    }
    end_connection_after(response);
    return Handled::Handled;
  });
}

void HttpServer::State::catch_errors() {
  server->set_exception_handler([](const Request&, Response& response, std::exception_ptr thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const base::InputError& error) {
      response.status = 400;
      response.set_content(core::error_json(error.what()), json_type);
    } catch (const std::exception& error) {
      response.status = 503;
      response.set_content(core::error_json(error.what()), json_type);
    }
  });
  server->set_error_handler([](const Request&, Response& response) {
    // Where the next request begins is not certain after these.
    if (response.status == 400 || response.status == 413 || response.status == 414) {
      end_connection_after(response);
    }
    if (!response.body.empty()) return;
    response.set_content(core::error_json(fmt::format("HTTP status {}", response.status)),
                         json_type);
  });
}

void HttpServer::State::ingest(const Request& request, Response& response) {
  const std::string model = request.matches[1];
  const std::string device = request.get_param_value("device");
  if (is_json(request)) {
    const bool many = request.body.find_first_not_of(" \t\r\n") != std::string::npos &&
                      request.body[request.body.find_first_not_of(" \t\r\n")] == '[';
    const std::vector<core::Answer> answers =
        pipeline.ask_all(core::read_payload_body(request.body, model, device));
    if (!many) return answer(answers.front(), response);
    const bool again = std::any_of(answers.begin(), answers.end(), [](const core::Answer& each) {
      return http_status(each.verdict) == 503;
    });
    response.status = again ? 503 : 200;
    return response.set_content(core::to_json(answers, registry), json_type);
  }
  core::Uplink uplink;
  uplink.device = device;
  uplink.model = model;
  if (!core::is_device_name(device)) {
    throw base::InputError("device", "", text::in_quotes(device) + " cannot be a device's name",
                           "add ?device=NAME with 1 to 128 bytes");
  }
  if (request.has_param("counter")) uplink.key = request.get_param_value("counter");
  uplink.payload.assign(request.body.begin(), request.body.end());
  answer(pipeline.ask(std::move(uplink)), response);
}

void HttpServer::State::add_ingest() {
  server->Post("/v1/models/([^/]+)/payloads",
               [this](const Request& request, Response& response) { ingest(request, response); });
  server->Put("/v1/models", [this](const Request&, Response& response) {
    registry.reload();
    response.set_content(core::to_json(registry.all()), json_type);
  });
}

void HttpServer::State::answer_webhook(core::NetworkEvent event, const Request& request,
                                       Response& response) {
  if (const auto* ignored = std::get_if<core::IgnoredEvent>(&event)) {
    return response.set_content(core::to_json(*ignored), json_type);
  }
  auto& uplink = std::get<core::Uplink>(event);
  uplink.model = request.get_param_value("model");
  const core::Answer given = pipeline.ask(std::move(uplink));
  answer(given, response);
  response.status = core::webhook_status(given.verdict);
}

void HttpServer::State::add_webhooks() {
  server->Post("/v1/webhooks/things-stack", [this](const Request& request, Response& response) {
    answer_webhook(core::read_things_stack(request.body), request, response);
  });
  server->Post("/v1/webhooks/chirpstack", [this](const Request& request, Response& response) {
    answer_webhook(core::read_chirpstack(request.body, request.get_param_value("event")), request,
                   response);
  });
}

void HttpServer::State::add_questions() {
  server->Get("/v1/models", [this](const Request&, Response& response) {
    response.set_content(core::to_json(registry.all()), json_type);
  });
  server->Get("/v1/devices", [this](const Request& request, Response& response) {
    response.set_content(
        core::to_json(opened_store().devices({.devices_max = limit_of(request)}).devices),
        json_type);
  });
  server->Get("/v1/devices/(.+)/latest", [this](const Request& request, Response& response) {
    const std::vector<store::Row> rows = opened_store().recent(request.matches[1], 1);
    response.status = rows.empty() ? 404 : 200;
    response.set_content(rows.empty() ? core::error_json("no message has come from this device")
                                      : core::to_json(rows.front()),
                         json_type);
  });
  server->Get("/v1/messages", [this](const Request& request, Response& response) {
    const auto rows = opened_store().recent(request.get_param_value("device"), limit_of(request));
    response.set_content(core::to_json(rows), json_type);
  });
  server->Get("/v1/drift", [this](const Request&, Response& response) {
    response.set_content(core::to_json(pipeline.drift().report()), json_type);
  });
  server->Get("/v1/quarantine", [this](const Request& request, Response& response) {
    response.set_content(
        core::to_json(opened_store().quarantine({.refusals_max = limit_of(request)})), json_type);
  });
  server->Get("/", [](const Request&, Response& response) {
    const std::string_view page = web::page();
    // Nothing but this page's own script and this server.
    response.set_header("Content-Security-Policy",
                        "default-src 'none'; script-src 'unsafe-inline'; "
                        "style-src 'unsafe-inline'; connect-src 'self'");
    response.set_content(page.data(), page.size(), "text/html; charset=utf-8");
  });
  server->Get("/openapi.json", [](const Request&, Response& response) {
    const std::string_view document = assets::openapi();
    response.set_content(document.data(), document.size(), json_type);
  });
}

void HttpServer::State::add_health() {
  server->Get("/healthz", [](const Request&, Response& response) {
    response.set_content("ok\n", "text/plain");
  });
  server->Get("/readyz", [this](const Request&, Response& response) {
    const std::string problem = pipeline.problem();
    response.status = problem.empty() ? 200 : 503;
    response.set_content((problem.empty() ? "ok" : problem) + "\n", "text/plain");
  });
  server->Get("/metrics", [this](const Request&, Response& response) {
    response.set_content(metrics.text() + pipeline.drift().text(), "text/plain; version=0.0.4");
  });
}

void HttpServer::State::bind() {
  const core::Address& address = options.address;
  if (address.port == 0) {
    port = server->bind_to_any_port(address.host);
  } else {
    port = server->bind_to_port(address.host, address.port) ? address.port : -1;
  }
  // The library lets five connections wait: more at once would try again a second later.
  if (port > 0 && listen(listening, SOMAXCONN) == 0) return;
  throw base::JobError(
      fmt::format("cannot listen on {}:{} for HTTP: it is in use, or not an address of "
                  "this machine",
                  address.host, address.port));
}

HttpServer::HttpServer(HttpOptions options, core::ModelRegistry& registry, core::Pipeline& pipeline,
                       store::Store* store, core::Metrics& metrics)
    : state_(std::make_unique<State>(std::move(options), registry, pipeline, store, metrics)) {
  State& state = *state_;
  state.set_limits();
  state.check_head();
  state.catch_errors();
  state.add_ingest();
  state.add_webhooks();
  state.add_questions();
  state.add_health();
  state.bind();
  state.thread = std::thread([&state] { state.server->listen_after_bind(); });
  // stop() before the loop began would be lost.
  while (!state.server->is_running()) std::this_thread::yield();
}

HttpServer::~HttpServer() {
  state_->server->stop();
  state_->thread.join();
}

int HttpServer::port() const {
  return state_->port;
}

}  // namespace terse::serve::http
