// The paths of the server, what may be done there, and by whom.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/serve/http/request.h"

namespace terse::serve::http {

enum class Endpoint : std::uint8_t {
  page,
  openapi,
  healthz,
  readyz,
  metrics,
  models,
  reload,
  payloads,
  things_stack,
  chirpstack,
  devices,
  latest,
  messages,
  drift,
  quarantine,
};

/// What a token must allow (core::Grant).
enum class Right : std::uint8_t {
  open,  ///< nobody needs a token
  send,
  read,
  read_all,  ///< of all models and devices
  administer,
};

enum class Takes : std::uint8_t { nothing, bytes, json };

struct Route {
  Endpoint endpoint;
  Method method;             ///< GET stands for HEAD, too
  std::string_view pattern;  ///< as match() reads it
  Right right = Right::read;
  Takes takes = Takes::nothing;
  std::vector<std::string_view> parameters = {};  ///< of the query
};

std::span<const Route> routes();

/// The route of a request and the part of its path that varies. Throws HttpError 404, and 405
/// (whose Allow is allowed_methods()). OPTIONS has none: null.
struct Found {
  const Route* route = nullptr;
  std::string name;
};
Found find_route(const HttpRequest& request);

/// "GET, HEAD, OPTIONS" of a path, of all for "*". Empty if there is nothing.
std::string allowed_methods(const Target& target);

/// Throws HttpError 400 for parameters that the route does not have, or that are given twice.
void check_query(const Route& route, const Target& target);

}  // namespace terse::serve::http
