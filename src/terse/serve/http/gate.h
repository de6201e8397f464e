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
  /// tokens: null if anybody may ask; must outlive it, as must counters and audit, which may be
  /// null. checks_host: whether Host must be one of `hosts`.
  Gate(Hosts hosts, bool checks_host, const core::BearerTokens* tokens, HttpCounters& counters,
       core::Audit* audit = nullptr)
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
  /// Notes that the sender was refused, if there is an audit log.
  void note(const Admitted& admitted, const std::string& why) const;

 private:
  Admitted admit(const HttpRequest& request) const;
  /// Throws HttpError 401.
  core::Sender sender_of(const HttpRequest& request, bool is_open) const;
  /// Throws HttpError 403.
  void require_right(const Admitted& admitted) const;

  Hosts hosts_;
  bool checks_host_;
  const core::BearerTokens* tokens_;
  HttpCounters& counters_;
  core::Audit* audit_;
};

}  // namespace terse::serve::http
