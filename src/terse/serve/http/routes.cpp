#include "terse/serve/http/routes.h"

#include <algorithm>

#include "terse/serve/http/answer.h"
#include "terse/text/quoting.h"

namespace terse::serve::http {
namespace {

const std::vector<Route>& table() {
  using enum Endpoint;
  static const std::vector<Route> all = {
      {page, Method::get, "/", Right::open},
      {openapi, Method::get, "/openapi.json"},
      {healthz, Method::get, "/healthz", Right::open},
      {readyz, Method::get, "/readyz", Right::open},
      {metrics, Method::get, "/metrics", Right::read_all},
      {models, Method::get, "/v1/models"},
      {reload, Method::put, "/v1/models", Right::administer},
      {payloads,
       Method::post,
       "/v1/models/{}/payloads",
       Right::send,
       Takes::bytes,
       {"device", "counter", "key", "t"}},
      {things_stack,
       Method::post,
       "/v1/webhooks/things-stack",
       Right::send,
       Takes::json,
       {"model"}},
      {chirpstack,
       Method::post,
       "/v1/webhooks/chirpstack",
       Right::send,
       Takes::json,
       // ChirpStack adds the event.
       {"model", "event"}},
      {devices,
       Method::get,
       "/v1/devices",
       Right::read,
       Takes::nothing,
       {"search", "order", "descending", "silent_since", "skip", "limit"}},
      {latest, Method::get, "/v1/devices/{+}/latest"},
      {messages, Method::get, "/v1/messages", Right::read, Takes::nothing, {"device", "limit"}},
      {drift, Method::get, "/v1/drift"},
      {quarantine, Method::get, "/v1/quarantine", Right::read, Takes::nothing, {"before", "limit"}},
  };
  return all;
}

const char* allows(Method method) {
  switch (method) {
    case Method::get:
      return "GET, HEAD, ";
    case Method::post:
      return "POST, ";
    case Method::put:
      return "PUT, ";
    default:
      return "";
  }
}

}  // namespace

std::span<const Route> routes() {
  return table();
}

Found find_route(const HttpRequest& request) {
  const Method wanted = request.method == Method::head ? Method::get : request.method;
  bool is_path = request.target.path.empty();
  for (const Route& route : table()) {
    auto name = match(route.pattern, request.target.path);
    if (!name) continue;
    if (route.method == wanted) return {&route, std::move(*name)};
    is_path = true;
  }
  if (!is_path) throw HttpError(404, "nothing is at this path; GET /openapi.json lists all");
  if (request.method != Method::options) throw HttpError(405, "this path takes other methods");
  return {};
}

std::string allowed_methods(const Target& target) {
  if (target.path.empty()) return "GET, HEAD, POST, PUT, OPTIONS";
  std::string allowed;
  for (const Route& route : table()) {
    if (match(route.pattern, target.path)) allowed += allows(route.method);
  }
  return allowed.empty() ? allowed : allowed + "OPTIONS";
}

void check_query(const Route& route, const Target& target) {
  // Links to the page carry what others add to them.
  if (route.right == Right::open) return;
  const auto& query = target.query;
  for (auto each = query.begin(); each != query.end(); ++each) {
    const std::string shown = text::in_quotes(each->first.substr(0, 100));
    const auto& known = route.parameters;
    if (std::find(known.begin(), known.end(), each->first) == known.end()) {
      throw HttpError(400, "query: " + shown + " is not a parameter here; leave it out");
    }
    if (std::any_of(query.begin(), each,
                    [&](const auto& other) { return other.first == each->first; })) {
      throw HttpError(400, "query: " + shown + " is given twice; send it once");
    }
  }
}

}  // namespace terse::serve::http
