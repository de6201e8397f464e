// The checks of a request before its body is read: host, origin, token, path, rights, media type.
#pragma once

#include <optional>
#include <string>

#include "terse/serve/core/audit.h"
#include "terse/serve/core/bearer_tokens.h"
#include "terse/serve/core/uplink.h"
#include "terse/serve/http/answer.h"
#include "terse/serve/http/counters.h"
#include "terse/serve/http/hosts.h"
#include "terse/serve/http/request.h"
#include "terse/serve/http/routes.h"

namespace terse::serve::http {

/// A request that may be answered.
struct Admitted {
  const Route* route = nullptr;
  std::string name;  ///< the part of the path that varies
  core::Sender sender;
};

class Gate {
 public:
  /// tokens: null if anybody may ask; must outlive it, as must counters. checks_host: whether Host
  /// must be one of `hosts`. audit: may be null.
  Gate(Hosts hosts, bool checks_host, const core::BearerTokens* tokens, HttpCounters& counters,
       core::Audit* audit)
      : hosts_(std::move(hosts)),
        checks_host_(checks_host),
        tokens_(tokens),
        counters_(counters),
        audit_(audit) {}

  /// Sets either of them.
  struct Outcome {
    std::optional<HttpAnswer> refused;
    Admitted admitted;
  };
  Outcome check(const HttpRequest& request) const;

 private:
  Admitted admit(const HttpRequest& request) const;
  /// Throws HttpError 401.
  core::Sender sender_of(const HttpRequest& request, bool is_open) const;
  /// Throws HttpError 403.
  void check_right(const Route& route, const core::Sender& sender) const;

  Hosts hosts_;
  bool checks_host_;
  const core::BearerTokens* tokens_;
  HttpCounters& counters_;
  core::Audit* audit_;
};

}  // namespace terse::serve::http
