// The socket at which HTTP listens, and the connections that came to it, in one thread.
#pragma once

#include <memory>
#include <string>

#include "terse/serve/core/address.h"
#include "terse/serve/http/handler.h"
#include "terse/serve/http/limits.h"

namespace terse::serve::http {

/// PEM files; empty without TLS.
struct TlsFiles {
  std::string certificate;
  std::string private_key;
};

/// At most `served_max` connections are served at a time, and `queued_max` wait. While one waits,
/// those that keep their place waiting the longest are hung up on (seats.h).
class Listener {
 public:
  /// Throws InputError for a certificate that cannot be used, JobError if the address is not
  /// available. Connections wait until start().
  Listener(const core::Address& address, const TlsFiles& tls, const HttpLimits& limits,
           Receive receive);
  /// Answers what was asked, then ends.
  ~Listener();

  void start();
  int port() const;
  /// New connections use what the files hold now. Throws InputError; then all stays as it was.
  void renew_tls();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Whether only this machine reaches the address. Throws JobError if it is not an address.
bool is_loopback(const core::Address& address);

}  // namespace terse::serve::http
