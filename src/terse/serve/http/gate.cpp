#include "terse/serve/http/gate.h"

#include <fmt/core.h>

#include <chrono>

#include "terse/text/media_type.h"
#include "terse/text/quoting.h"

namespace terse::serve::http {
namespace {

/// Throws HttpError 403.
void check_right(Right right, const core::Grant& grant) {
  const bool is_restricted = !grant.models.empty() || !grant.devices.empty();
  switch (right) {
    case Right::open:
      return;
    case Right::send:
      if (!grant.send) throw HttpError(403, "this token may not send");
      return;
    case Right::read_all:
      if (is_restricted) throw HttpError(403, "this token may not read about all devices");
      [[fallthrough]];
    case Right::read:
      if (!grant.read) throw HttpError(403, "this token may not read");
      return;
    case Right::administer:
      if (!grant.administer) throw HttpError(403, "this token may not administer");
  }
}

bool is_json(const std::string& type) {
  return type.empty() || text::is_media_type(type, json_type);
}

bool equals_in_any_case(std::string_view text, std::string_view word) {
  return text::is_media_type(text, word);
}

}  // namespace

core::Sender Gate::sender_of(const HttpRequest& request, bool is_open) const {
  core::Sender sender{request.peer};
  if (tokens_ == nullptr || is_open) return sender;
  const core::TokenCheck checked =
      tokens_->check(request.authorization, std::chrono::system_clock::now());
  if (checked.verdict == core::TokenVerdict::good) {
    sender = {checked.grant->name, core::Proof::token, checked.grant};
    return sender;
  }
  counters_.count_unauthorized(checked.verdict);
  throw HttpError(401, checked.verdict == core::TokenVerdict::expired
                           ? "this bearer token has expired"
                           : "a bearer token of this server is required");
}

void Gate::note(const Admitted& admitted, const std::string& why) const {
  if (audit_ == nullptr) return;
  const Route& route = *admitted.route;
  const std::string_view method = word(route.method);
  std::string what = fmt::format("{} {}", method, route.pattern);
  if (!admitted.name.empty()) what += " of " + text::in_quotes(admitted.name);
  if (!why.empty()) what += ": " + why;
  audit_->note(admitted.sender, what);
}

void Gate::require_right(const Admitted& admitted) const {
  try {
    if (admitted.sender.grant != nullptr)
      check_right(admitted.route->right, *admitted.sender.grant);
  } catch (const HttpError& error) {
    note(admitted, error.what());
    throw;
  }
  if (admitted.route->right == Right::administer) note(admitted, "");
}

Admitted Gate::admit(const HttpRequest& request) const {
  // No browser leaves it out.
  if (checks_host_ && request.has_host && !hosts_.knows(request.host)) {
    throw HttpError(421,
                    "this server is not known by the name in Host; ask by its address, or start it "
                    "with this name");
  }
  const std::vector<std::string>& path = request.target.path;
  const bool is_page = path.size() == 1 && path.front().empty() &&
                       (request.method == Method::get || request.method == Method::head);
  if (!hosts_.trusts(request, is_page)) {
    throw HttpError(403, "pages of other sites may not ask; start the server with their origin");
  }
  // Without a token nobody is told what is here.
  const bool is_probe = path.size() == 1 && (path.front() == "healthz" || path.front() == "readyz");
  Admitted admitted;
  admitted.sender = sender_of(request, is_page || is_probe);
  auto [route, name] = find_route(request);
  if (request.has_body() && (route == nullptr || route->takes == Takes::nothing)) {
    throw HttpError(400, "a body where none belongs; send none");
  }
  if (route == nullptr) return admitted;
  admitted.route = route;
  admitted.name = std::move(name);
  require_right(admitted);
  check_query(*route, request.target);
  if (route->takes == Takes::json && !is_json(request.content_type)) {
    throw HttpError(415, "Content-Type: only application/json is understood here");
  }
  if (!request.expect.empty() && !equals_in_any_case(request.expect, "100-continue")) {
    throw HttpError(417, "Expect: only 100-continue is understood");
  }
  return admitted;
}

Gate::Outcome Gate::check(const HttpRequest& request) const {
  Outcome outcome;
  try {
    outcome.admitted = admit(request);
    if (outcome.admitted.route != nullptr) return outcome;
    outcome.refused = HttpAnswer{204, ""};
    outcome.refused->fields.emplace_back("Allow", allowed_methods(request.target));
  } catch (const HttpError& error) {
    outcome.refused = error_answer(error.status(), error.what());
    auto& fields = outcome.refused->fields;
    if (error.status() == 401) fields.emplace_back("WWW-Authenticate", "Bearer");
    if (error.status() == 405) fields.emplace_back("Allow", allowed_methods(request.target));
  }
  return outcome;
}

}  // namespace terse::serve::http
