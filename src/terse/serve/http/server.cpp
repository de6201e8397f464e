#include "terse/serve/http/server.h"

#include <fmt/core.h>

#include <atomic>
#include <future>

#include "terse/base/error.h"
#include "terse/serve/http/counters.h"
#include "terse/serve/http/gate.h"
#include "terse/serve/http/handler.h"
#include "terse/serve/http/listener.h"
#include "terse/serve/http/questions.h"
#include "terse/serve/http/uplinks.h"
#include "terse/serve/http/worker_threads.h"
#include "terse/text/quoting.h"

namespace terse::serve::http {
namespace {

constexpr unsigned workers = 2;
/// Of a body that the thread of the connections may read itself.
constexpr std::size_t short_bytes = 8 << 10;
/// Of a body that is taken beside many others: the pipeline and the store each make copies.
constexpr std::size_t light_bytes = 256 << 10;

/// Throws OptionError.
const HttpOptions& checked(const HttpOptions& options) {
  if (options.tokens != nullptr || options.open || is_loopback(options.address)) return options;
  throw base::OptionError(
      "http", "",
      text::in_quotes(fmt::format("{}:{}", options.address.host, options.address.port)) +
          " lets other machines in, and no token is asked of them",
      "add `tokens` FILE, or `open` if everybody there may write and read");
}

bool is_uplink(const Route& route) {
  return route.method == Method::post;
}

}  // namespace

struct HttpServer::State {
  State(const HttpOptions& options, core::ModelRegistry& registry, core::Pipeline& pipeline,
        store::Store* store, core::Metrics& metrics)
      : told(options.told),
        counters(metrics),
        // With tokens another site's page has nothing to ask with, and proxies in front of such a
        // server give it names of their own.
        gate(Hosts(names(options), options.origins),
             options.tokens == nullptr || !options.hosts.empty(), options.tokens, counters,
             options.audit),
        threads(workers),
        heavy_threads(workers),
        uplinks(registry, pipeline, threads),
        questions(registry, pipeline, store, metrics, options.heartbeats),
        listener(options.address, {options.certificate, options.private_key}, options.limits,
                 [this](const HttpRequest& head) { return receive(head); }) {}

  static std::vector<std::string> names(const HttpOptions& options) {
    std::vector<std::string> names = options.hosts;
    names.push_back(options.address.host);
    return names;
  }
  Reception receive(const HttpRequest& head);
  void answer(const Admitted& admitted, HttpRequest request, const Respond& respond) const;
  void answer_aside(const Admitted& admitted, HttpRequest request, Respond respond);
  /// `make` either responds or throws.
  template <class Make>
  void respond_or_tell(const Respond& respond, Make make) const;

  std::function<void(const std::string&)> told;
  std::atomic<bool> is_stopping = false;  ///< what still waits for a thread is sent away
  HttpCounters counters;
  Gate gate;
  WorkerThreads threads;
  WorkerThreads heavy_threads;  ///< each takes the next when the last is answered
  UplinkRoutes uplinks;
  Questions questions;
  Listener listener;  // first to go: it waits for answers of the others
};

template <class Make>
void HttpServer::State::respond_or_tell(const Respond& respond, Make make) const {
  try {
    if (is_stopping) throw HttpError(503, "the server is stopping; ask again later");
    make();
  } catch (const HttpError& error) {
    respond(error_answer(error.status(), error.what()));
  } catch (const base::InputError& error) {
    respond(error_answer(400, error.what()));
  } catch (const std::exception& error) {
    // Of the database, for one: not for everybody.
    if (told) told(fmt::format("a request of HTTP could not be answered: {}", error.what()));
    respond(error_answer(503, "this cannot be answered now; the server's log says why"));
  }
}

void HttpServer::State::answer(const Admitted& admitted, HttpRequest request,
                               const Respond& respond) const {
  respond_or_tell(respond, [&] {
    if (is_uplink(*admitted.route)) return uplinks.take(admitted, std::move(request), respond);
    try {
      respond(questions.answer(admitted, request.target));
    } catch (const HttpError& error) {
      if (error.status() == 403) gate.note(admitted, error.what());
      throw;
    }
  });
}

void HttpServer::State::answer_aside(const Admitted& admitted, HttpRequest request,
                                     Respond respond) {
  const bool is_heavy = request.body.size() > light_bytes;
  // std::function copies what it holds.
  const auto shared = std::make_shared<HttpRequest>(std::move(request));
  if (!is_heavy) {
    return threads.run([this, admitted, shared, respond = std::move(respond)] {
      answer(admitted, std::move(*shared), respond);
    });
  }
  heavy_threads.run([this, admitted, shared, respond = std::move(respond)] {
    std::promise<void> answered;
    answer(admitted, std::move(*shared), [&](HttpAnswer made) {
      respond(std::move(made));
      answered.set_value();
    });
    // The next one comes when this one's copies are gone.
    answered.get_future().wait();
  });
}

Reception HttpServer::State::receive(const HttpRequest& head) {
  Gate::Outcome outcome = gate.check(head);
  if (outcome.refused) return {std::move(outcome.refused)};
  const Route& route = *outcome.admitted.route;
  const bool takes_long = !is_uplink(route) && Questions::takes_long(route.endpoint);
  return {{},
          takes_long,
          [this, takes_long, admitted = std::move(outcome.admitted)](HttpRequest request,
                                                                     Respond respond) {
            if (takes_long || request.body.size() > short_bytes) {
              return answer_aside(admitted, std::move(request), std::move(respond));
            }
            answer(admitted, std::move(request), respond);
          }};
}

HttpServer::HttpServer(HttpOptions options, core::ModelRegistry& registry, core::Pipeline& pipeline,
                       store::Store* store, core::Metrics& metrics)
    : state_(std::make_unique<State>(checked(options), registry, pipeline, store, metrics)) {
  state_->listener.start();
}

HttpServer::~HttpServer() {
  state_->is_stopping = true;
}

int HttpServer::port() const {
  return state_->listener.port();
}

void HttpServer::reload() {
  state_->listener.renew_tls();
}

}  // namespace terse::serve::http
