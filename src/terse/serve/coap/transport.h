// The ways by which messages of CoAP come and go: plain UDP (udp_transport.h), and DTLS
// (serve/dtls/transport.h). Of its peers the engine (server.h) knows only what is in this file.
//
// A third way fits in here: OSCORE (RFC 8613), for devices that sleep behind a NAT, whose DTLS
// session their new address loses. It would wrap the transport of plain UDP: receive() unprotects a
// message, which keeps its type, message id and token and becomes the inner code, options and
// payload; `device` is the name that the sender's context has, `session` that context's number, so
// that a peer stays the same one under a new address; send() protects with the Partial IV of the
// request of that token (section 8.3). Nothing above would change.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "terse/serve/coap/socket_address.h"

namespace terse::serve::coap {

/// The other end, and what it has proven.
struct Peer {
  SocketAddress address;
  std::uint64_t session = 0;                       ///< which one of a transport that has sessions
  std::shared_ptr<const std::string> device = {};  ///< the name that it has proven, or null
  bool reachable = false;                          ///< it has shown that it receives there

  /// The same for the same address, port and session, and only then.
  std::string bytes() const;
  /// Whoever has many sessions, ports or addresses for the asking counts as one: the proven device,
  /// else SocketAddress::network().
  std::string party() const;
};

/// For one thread, but for reload().
class Transport {
 public:
  using Clock = std::chrono::steady_clock;
  /// `whole` is false for a message whose end was cut off.
  using Take =
      std::function<void(const Peer& from, std::span<const std::uint8_t> message, bool whole)>;

  virtual ~Transport() = default;
  virtual int port() const = 0;
  /// To be polled for POLLIN.
  virtual int descriptor() const = 0;
  /// Gives the messages that have come, up to a few dozen; true if there may be more. `take` may
  /// call send().
  virtual bool receive(const Take& take) = 0;
  /// Until flush() it may stay here. To a peer that has gone nothing is sent.
  virtual void send(const Peer& to, std::span<const std::uint8_t> message) = 0;
  virtual void flush() = 0;

  /// When work() is due.
  virtual std::optional<Clock::time_point> next_due() const { return std::nullopt; }
  /// Does what time asks for: repeats, expiry.
  virtual void work(Clock::time_point) {}
  /// Sessions that ended since it was called last.
  virtual std::vector<Peer> take_gone() { return {}; }
  /// Reads its keys and certificates again, for peers that come from now on; ends the sessions of
  /// those that lost theirs. Throws InputError, and then all stays. From any thread.
  virtual void reload() {}
};

}  // namespace terse::serve::coap
