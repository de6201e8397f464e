// Registrations, changes, acknowledgements, resets, goodbyes and time in any order: what observers
// are told stays within the rules of RFC 7641, and NSTART of RFC 7252 is 1.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "terse/base/error.h"
#include "terse/serve/coap/observers.h"

namespace {

using namespace terse;
using terse::serve::coap::CoapObservers;

constexpr std::size_t observers_max = 6;

struct Told {
  std::uint16_t message_id = 0;
  std::uint32_t sequence = 0;
  bool outstanding = false;
  unsigned transmissions = 0;
};

const std::array<terse::serve::coap::Peer, 4>& peers() {
  using terse::serve::coap::parse_socket_address;
  static const std::array<terse::serve::coap::Peer, 4> of_two_protocols = {{
      {.address = parse_socket_address({"192.0.2.1", 1}, "")},
      {.address = parse_socket_address({"192.0.2.1", 2}, "")},
      {.address = parse_socket_address({"192.0.2.2", 1}, ""), .session = 1, .device = {}},
      {.address = parse_socket_address({"2001:db8::1", 1}, "")},
  }};
  return of_two_protocols;
}

class Player {
 public:
  void play(const std::uint8_t* bytes) {
    const terse::serve::coap::Peer& peer = peers()[bytes[1] % 4];
    terse::serve::coap::CoapToken token;
    token.size = 1;
    token.bytes[0] = bytes[1] >> 2 & 3;
    const std::string resource = bytes[1] >> 4 & 1 ? "d/a" : "m/b";
    const auto name = std::pair(peer.bytes(), token.bytes[0]);
    switch (bytes[0] % 8) {
      case 0:
      case 1:
        if (!observers_.add({peer, token, resource}, now_)) return;
        // Another resource under the same token is another observation.
        if (std::exchange(resources_[name], resource) != resource) told_.erase(name);
        // A registration that waits for the store now and then.
        if (bytes[0] & 8) return;
        TERSE_CHECK(observers_.open({peer, token, resource}, state_, now_).has_value());
        return;
      case 2:
        told_.erase(name);
        return observers_.remove(peer, token);
      case 3:
        return observers_.change(resource, state_);
      case 4:
        if (told_.contains(name)) {
          observers_.acknowledge(peer, told_[name].message_id, now_);
          told_[name].outstanding = false;
        }
        return;
      case 5:
        if (!told_.contains(name)) return;
        observers_.reset(peer, told_[name].message_id);
        told_.erase(name);
        return;
      case 6:
        observers_.remove_all(peer);
        std::erase_if(told_, [&](const auto& each) { return each.first.first == peer.bytes(); });
        return;
      default:
        now_ += std::chrono::milliseconds(bytes[1] * bytes[1] * 200);
        listen();
    }
  }

  /// Whoever is silent for so long is forgotten.
  void end() {
    for (int minute = 0; minute < 10; ++minute) {
      observers_.change("d/a", state_);
      observers_.change("m/b", state_);
      const auto next_minute = now_ + std::chrono::minutes(1);
      for (auto due = observers_.next_due(); due && *due < next_minute;
           due = observers_.next_due()) {
        now_ = std::max(now_, *due);
        listen();
      }
      now_ = next_minute;
    }
    // Those whose registration still waits for its answer stay, and hear nothing.
    TERSE_CHECK(!observers_.next_due().has_value());
  }

 private:
  void listen() {
    for (const CoapObservers::Notification& each : observers_.collect(now_)) {
      Told& told = told_[{each.to.peer.bytes(), each.to.token.bytes[0]}];
      TERSE_CHECK(each.state != nullptr && each.sequence < 1U << 24);
      TERSE_CHECK(!each.again || each.confirmable);
      // Never a second one beside one that is not acknowledged, unless its observer was given up.
      TERSE_CHECK(each.again || !told.outstanding ||
                  told.transmissions == 1 + CoapObservers::retransmissions_max);
      told.transmissions = each.again ? told.transmissions + 1 : 1;
      TERSE_CHECK(told.transmissions <= 1 + CoapObservers::retransmissions_max);
      told.message_id = each.message_id;
      told.sequence = each.sequence;
      told.outstanding = each.confirmable;
    }
    std::map<std::string, int> outstanding;
    for (const auto& [name, told] : told_) {
      const bool given_up = told.transmissions > CoapObservers::retransmissions_max;
      if (told.outstanding && !given_up) TERSE_CHECK(++outstanding[name.first] == 1);
    }
    TERSE_CHECK(observers_.size() <= observers_max);
    const auto due = observers_.next_due();
    TERSE_CHECK(!due || *due > now_);
  }

  CoapObservers::Clock::time_point now_{std::chrono::hours(1)};
  CoapObservers::State state_ = std::make_shared<const terse::serve::store::Row>();
  std::map<std::pair<std::string, std::uint8_t>, Told> told_;
  std::map<std::pair<std::string, std::uint8_t>, std::string> resources_;
  CoapObservers observers_{
      {.observers_max = observers_max, .of_party_max = 4}, 0xfffff0, now_, [](const std::string&) {
      }};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 400) return 0;
  Player player;
  for (std::size_t at = 0; at + 2 <= size; at += 2) player.play(data + at);
  player.end();
  return 0;
}
