// The sessions of a DTLS server, from datagrams to messages and back, without a socket and without
// a clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "terse/serve/coap/address_cookies.h"
#include "terse/serve/coap/transport.h"
#include "terse/serve/core/access.h"
#include "terse/serve/dtls/counters.h"
#include "terse/serve/dtls/credentials.h"

namespace terse::serve::dtls {

/// OpenSSL needs 37 KB for a session that rests, 60 KB for a handshake: 160 MB in all.
struct SessionLimits {
  std::size_t sessions_max = 4000;  ///< beyond it the one that was silent longest ends
  std::size_t of_device_max = 64;   ///< that a device has proven itself in; likewise
  std::size_t handshakes_max = 300;
  std::size_t of_address_max = 150;  ///< handshakes from one address, whatever port
  std::chrono::seconds handshake_max{30};
  std::chrono::hours idle_max{48};
};

/// For one thread. Nothing is kept of a peer before it has returned a cookie (RFC 6347, section
/// 4.2.1). A hello with a good cookie from the address of a session begins a new one in its place,
/// since a device that lost its session says no goodbye (section 4.2.8).
class DtlsSessions {
 public:
  using Clock = coap::Transport::Clock;
  using Send = std::function<void(const coap::SocketAddress& to, std::span<const std::uint8_t>)>;
  using Take = coap::Transport::Take;

  /// access: learns who proves itself; may be null. send: a datagram; not called from the
  /// constructor. counters and access must outlive it.
  DtlsSessions(std::shared_ptr<const Credentials> credentials, const SessionLimits& limits,
               core::Access* access, const DtlsCounters& counters, Send send);
  ~DtlsSessions();

  /// A datagram; what it holds of messages is given to `take`.
  void receive(const coap::SocketAddress& from, std::span<const std::uint8_t> datagram,
               Clock::time_point now, const Take& take);
  /// Nothing if the peer's session has ended.
  void send(const coap::Peer& to, std::span<const std::uint8_t> message);
  std::optional<Clock::time_point> next_due() const;
  /// Sends again what was lost of handshakes, and ends what is too old.
  void work(Clock::time_point now);
  /// Sessions that were established and have ended since it was called last.
  std::vector<coap::Peer> take_gone();
  /// For sessions from now on; those that do not hold with them end.
  void use(std::shared_ptr<const Credentials> credentials);

  std::size_t size() const noexcept { return sessions_.size(); }
  std::size_t handshakes() const noexcept { return handshakes_; }

 private:
  struct Session;
  using Place = std::list<Session>::iterator;
  enum class Farewell : std::uint8_t { said, unsaid };

  void greet(const coap::SocketAddress& from, std::span<const std::uint8_t> datagram,
             Clock::time_point now);
  void begin(const coap::SocketAddress& from, std::span<const std::uint8_t> datagram,
             std::span<const std::uint8_t> random, Clock::time_point now);
  /// False if the session has ended.
  bool shake_hands(Place session);
  void establish(Place session);
  void read(Place session, Clock::time_point now, const Take& take);
  void end(Place session, Farewell farewell);
  void make_room(const coap::SocketAddress& from);
  void set_due(Place session, Clock::time_point due);
  void plan(Place session, Clock::time_point now);

  std::shared_ptr<const Credentials> credentials_;
  SessionLimits limits_;
  core::Access* access_;
  DtlsCounters counters_;
  Send send_;
  coap::AddressCookies cookies_;
  std::uint64_t next_number_ = 1;
  std::list<Session> sessions_;  ///< the one that was silent longest first
  std::unordered_map<std::string, Place> by_address_;
  std::unordered_map<std::uint64_t, Place> by_number_;
  std::set<std::pair<Clock::time_point, std::uint64_t>> due_;  ///< by number
  std::map<std::string, std::size_t> of_address_;              ///< handshakes
  std::map<std::string, std::size_t> of_device_;               ///< sessions
  std::size_t handshakes_ = 0;
  std::vector<coap::Peer> gone_;
};

}  // namespace terse::serve::dtls
