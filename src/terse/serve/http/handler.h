// The border between connections, which read and write, and the parts of the server that answer.
#pragma once

#include <functional>
#include <optional>

#include "terse/serve/http/answer.h"
#include "terse/serve/http/request.h"

namespace terse::serve::http {

/// Called once, from any thread.
using Respond = std::function<void(HttpAnswer)>;

/// What becomes of a request whose head is read.
struct Reception {
  /// The answer already: its body is not wanted.
  std::optional<HttpAnswer> refused = {};
  bool answer_may_be_long = false;
  /// Otherwise called with the whole request. Must not block or throw.
  std::function<void(HttpRequest request, Respond respond)> answer = {};
};

/// Must not block or throw. Called in the thread of the connections.
using Receive = std::function<Reception(const HttpRequest& head)>;

}  // namespace terse::serve::http
