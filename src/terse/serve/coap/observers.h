// The observers of CoAP resources (RFC 7641), and their notifications: what is due to whom, and
// when. Knows neither sockets nor clocks: both come from outside.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "terse/base/random.h"
#include "terse/serve/coap/message.h"
#include "terse/serve/coap/transport.h"
#include "terse/serve/store/store.h"

namespace terse::serve::coap {

struct CoapObserverLimits {
  std::size_t observers_max = 10'000;
  std::size_t of_party_max = 16;     ///< Peer::party()
  unsigned non_confirmable_max = 4;  ///< in a row; then comes a confirmable one
  std::chrono::seconds confirmed_within = std::chrono::hours(24);  ///< section 4.5
};

/// For one thread. A peer has one confirmable notification under way, whatever it observes (NSTART
/// of RFC 7252, section 4.7; RFC 7641, section 4.5.1); others wait in turn. Two notifications to it
/// are spaced by at least the round-trip time that the last confirmable one took, and only the
/// newest state is sent.
class CoapObservers {
 public:
  using Clock = std::chrono::steady_clock;
  using State = std::shared_ptr<const store::Row>;

  // RFC 7252, section 4.8; RFC 7641, section 4.5.1 for a peer whose round trip is not known.
  static constexpr std::chrono::milliseconds acknowledged_within{2000};
  static constexpr double random_factor = 1.5;
  static constexpr unsigned retransmissions_max = 4;
  static constexpr std::chrono::milliseconds spacing_unknown{3000};

  struct Observer {
    Peer peer;
    CoapToken token;
    std::string resource;
    std::optional<std::uint32_t> accept = {};
    std::optional<std::uint32_t> block2 = {};
    std::uint64_t subject = 0;  ///< CoapRequest::subject() of the registration
  };
  struct Notification {
    Observer to;
    bool confirmable;
    bool again;  ///< a retransmission
    std::uint16_t message_id;
    std::uint32_t sequence;  ///< 24 bits
    State state;
  };
  /// Called with a resource that nobody observes any more.
  using Unobserved = std::function<void(const std::string&)>;

  /// first_sequence: must grow from one start of the server to the next; milliseconds since 1970.
  CoapObservers(const CoapObserverLimits& limits, std::uint64_t first_sequence,
                Clock::time_point now, Unobserved unobserved);

  /// Takes an observer, which hears nothing until open(). One with the same peer and token is
  /// replaced (section 4.1). False if there are too many.
  bool add(const Observer& observer, Clock::time_point now);
  /// The registration is answered now: gives the sequence number of the response. state: of the
  /// resource, unless a newer one came since add(). Nothing if the observer is gone.
  std::optional<std::uint32_t> open(const Observer& observer, State state, Clock::time_point now);
  void remove(const Peer& peer, const CoapToken& token);
  /// The peer has gone: all that it observes ends.
  void remove_all(const Peer& peer);
  /// Of a resource with open observers; null for others.
  State state_of(const std::string& resource) const;

  void change(const std::string& resource, State state);
  /// False if nothing waited for it.
  bool acknowledge(const Peer& peer, std::uint16_t message_id, Clock::time_point now);
  /// The peer does not know what a notification is about (section 3.6): its observation ends.
  void reset(const Peer& peer, std::uint16_t message_id);
  /// The notifications due now; an observer that did not acknowledge in time is removed.
  std::vector<Notification> collect(Clock::time_point now);

  std::optional<Clock::time_point> next_due() const;
  std::size_t size() const noexcept { return observing_.size(); }
  /// The next message id for a peer; an observer's may not repeat within 247 seconds.
  std::uint16_t next_message_id(const Peer& peer);

 private:
  /// A peer that observes.
  struct Listener {
    std::uint64_t number = 0;
    std::uint16_t next_message_id = 0;
    std::set<std::uint64_t> observations;
    std::deque<std::uint64_t> waiting;         ///< changed observations, but the outstanding one
    std::optional<std::uint64_t> outstanding;  ///< whose notification is not acknowledged yet
    unsigned transmissions = 0;
    Clock::duration timeout{};
    std::optional<Clock::time_point> sent;  ///< the last notification
    std::optional<Clock::duration> round_trip;
    Clock::time_point due = Clock::time_point::max();
  };
  struct Observing {
    Observer observer;
    std::string peer_name;
    Listener* listener = nullptr;
    bool open = false;
    bool changed = false;
    bool ever_confirmed = false;
    unsigned unconfirmed = 0;  ///< notifications since the last confirmable one
    std::uint64_t sequence = 0;
    std::uint16_t message_id = 0;
    std::string message_name = {};  ///< peer and message id
    Clock::time_point confirmed_at{};
    Clock::time_point confirm_due = Clock::time_point::max();
  };
  struct Resource {
    State state;
    std::set<std::uint64_t> observers;
  };

  void remove(std::uint64_t number);
  /// From now on the observation has something to say.
  void enqueue(std::uint64_t number);
  void plan(Listener& listener);
  void plan_confirmation(std::uint64_t number);
  bool must_confirm(const Observing& observing, Clock::time_point now) const;
  Notification send(std::uint64_t number, Clock::time_point now);
  std::uint64_t next_sequence(std::uint64_t last, Clock::time_point now) const;

  CoapObserverLimits limits_;
  std::uint64_t first_sequence_;
  Clock::time_point begun_;
  Unobserved unobserved_;
  base::Random random_;
  std::uint64_t next_number_ = 1;
  std::uint16_t next_message_id_ = 1;  ///< for peers that observe nothing
  std::unordered_map<std::uint64_t, Observing> observing_;
  std::unordered_map<std::string, std::uint64_t> by_token_;    ///< peer and token
  std::unordered_map<std::string, std::uint64_t> by_message_;  ///< peer and message id
  std::unordered_map<std::string, Resource> resources_;
  std::unordered_map<std::string, Listener> listeners_;  ///< by peer
  std::unordered_map<std::string, std::size_t> of_party_;
  std::map<std::pair<Clock::time_point, std::uint64_t>, Listener*> due_;  ///< by Listener::number
  std::set<std::pair<Clock::time_point, std::uint64_t>> confirmations_;   ///< by confirm_due
};

}  // namespace terse::serve::coap
