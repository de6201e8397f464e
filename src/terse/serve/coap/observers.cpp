#include "terse/serve/coap/observers.h"

#include <algorithm>
#include <utility>

namespace terse::serve::coap {
namespace {

std::string name_of(const SocketAddress& peer, const CoapToken& token) {
  const auto bytes = token.view();
  std::string name = peer.bytes();
  name.append(bytes.begin(), bytes.end());
  return name;
}

std::string name_of(const SocketAddress& peer, std::uint16_t message_id) {
  std::string name = peer.bytes();
  name.append({static_cast<char>(message_id >> 8), static_cast<char>(message_id)});
  return name;
}

/// Without the port, which costs nothing to change.
std::string address_of(const SocketAddress& peer) {
  return peer.bytes().substr(0, peer.storage.ss_family == AF_INET6 ? 16 : 4);
}

}  // namespace

CoapObservers::CoapObservers(const CoapObserverLimits& limits, std::uint64_t first_sequence,
                             Clock::time_point now, Unobserved unobserved)
    : limits_(limits),
      first_sequence_(first_sequence),
      begun_(now),
      unobserved_(std::move(unobserved)),
      random_(first_sequence) {}

std::uint64_t CoapObservers::next_sequence(std::uint64_t last, Clock::time_point now) const {
  // As fast as a clock of milliseconds, so that it also grows over a new registration and a new
  // start; far from the 65,536 a second where the order of section 3.4 breaks.
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - begun_).count();
  return std::max(last + 1, first_sequence_ + static_cast<std::uint64_t>(ms));
}

std::uint16_t CoapObservers::next_message_id(const SocketAddress& peer) {
  if (peers_.empty()) return next_message_id_++;
  const auto found = peers_.find(peer.bytes());
  return found == peers_.end() ? next_message_id_++ : found->second.next_message_id++;
}

bool CoapObservers::add(const Observer& observer, Clock::time_point now) {
  std::uint64_t sequence = 0;
  const std::string name = name_of(observer.peer, observer.token);
  if (const auto before = by_token_.find(name); before != by_token_.end()) {
    Observing& known = observing_.at(before->second);
    if (known.observer.resource == observer.resource) {
      known.observer.accept = observer.accept;
      return true;
    }
    sequence = known.sequence;
    remove(before->second);
  }
  const std::string address = address_of(observer.peer);
  const auto of_address = of_address_.find(address);
  if (observing_.size() >= limits_.observers_max ||
      (of_address != of_address_.end() && of_address->second >= limits_.of_address_max)) {
    return false;
  }
  const std::uint64_t number = next_number_++;
  Observing& added = observing_[number];
  added.observer = observer;
  added.sequence = sequence;
  added.confirmed_at = now;
  by_token_[name] = number;
  resources_[observer.resource].observers.insert(number);
  ++of_address_[address];
  Peer& peer = peers_[observer.peer.bytes()];
  if (peer.observers++ == 0) peer.next_message_id = static_cast<std::uint16_t>(random_.next());
  return true;
}

std::optional<std::uint32_t> CoapObservers::open(const Observer& observer, State state,
                                                 Clock::time_point now) {
  const auto found = by_token_.find(name_of(observer.peer, observer.token));
  if (found == by_token_.end()) return std::nullopt;
  Observing& opened = observing_.at(found->second);
  if (opened.observer.resource != observer.resource) return std::nullopt;
  State& newest = resources_.at(observer.resource).state;
  if (newest == nullptr) newest = std::move(state);
  opened.open = true;
  // The response carries the newest state. What is outstanding goes on until it is acknowledged.
  if (!opened.outstanding) opened.changed = false;
  opened.sequence = next_sequence(opened.sequence, now);
  if (!opened.outstanding) set_due(found->second, opened.confirmed_at + limits_.confirmed_within);
  return static_cast<std::uint32_t>(opened.sequence & 0xffffff);
}

CoapObservers::State CoapObservers::state_of(const std::string& resource) const {
  const auto found = resources_.find(resource);
  return found == resources_.end() ? nullptr : found->second.state;
}

void CoapObservers::set_due(std::uint64_t number, Clock::time_point due) {
  Observing& observing = observing_.at(number);
  due_.erase({observing.due, number});
  observing.due = due;
  if (due != Clock::time_point::max()) due_.emplace(due, number);
}

void CoapObservers::remove(const SocketAddress& peer, const CoapToken& token) {
  const auto found = by_token_.find(name_of(peer, token));
  if (found != by_token_.end()) remove(found->second);
}

void CoapObservers::remove(std::uint64_t number) {
  const auto found = observing_.find(number);
  const Observer observer = found->second.observer;
  due_.erase({found->second.due, number});
  by_message_.erase(found->second.message_name);
  by_token_.erase(name_of(observer.peer, observer.token));
  const auto peer = peers_.find(observer.peer.bytes());
  if (--peer->second.observers == 0) peers_.erase(peer);
  const auto of_address = of_address_.find(address_of(observer.peer));
  if (--of_address->second == 0) of_address_.erase(of_address);
  observing_.erase(found);
  const auto resource = resources_.find(observer.resource);
  resource->second.observers.erase(number);
  if (!resource->second.observers.empty()) return;
  resources_.erase(resource);
  unobserved_(observer.resource);
}

void CoapObservers::set_due_of_change(std::uint64_t number, Clock::time_point now) {
  const Observing& observing = observing_.at(number);
  const bool sent_before = observing.sent != Clock::time_point{};
  const auto spacing = observing.round_trip.value_or(spacing_unknown);
  set_due(number, sent_before ? std::max(now, observing.sent + spacing) : now);
}

void CoapObservers::change(const std::string& resource, State state, Clock::time_point now) {
  const auto found = resources_.find(resource);
  if (found == resources_.end()) return;
  found->second.state = std::move(state);
  for (const std::uint64_t number : found->second.observers) {
    Observing& observing = observing_.at(number);
    if (!observing.open) continue;
    const bool waits_already = observing.changed || observing.outstanding;
    observing.changed = true;
    if (!waits_already) set_due_of_change(number, now);
  }
}

void CoapObservers::acknowledge(const SocketAddress& peer, std::uint16_t message_id,
                                Clock::time_point now) {
  const auto found = by_message_.find(name_of(peer, message_id));
  if (found == by_message_.end()) return;
  const std::uint64_t number = found->second;
  Observing& observing = observing_.at(number);
  if (!observing.outstanding) return;
  observing.outstanding = false;
  observing.ever_confirmed = true;
  observing.unconfirmed = 0;
  observing.confirmed_at = now;
  // Of a retransmitted message nobody knows which copy was acknowledged (Karn's rule).
  observing.round_trip.reset();
  if (observing.transmissions == 1) observing.round_trip = now - observing.sent;
  if (observing.changed) {
    set_due_of_change(number, now);
  } else {
    set_due(number, now + limits_.confirmed_within);
  }
}

void CoapObservers::reset(const SocketAddress& peer, std::uint16_t message_id) {
  const auto found = by_message_.find(name_of(peer, message_id));
  if (found != by_message_.end()) remove(found->second);
}

CoapObservers::Notification CoapObservers::send(std::uint64_t number, Clock::time_point now) {
  Observing& observing = observing_.at(number);
  const Observer& to = observing.observer;
  const bool again = observing.outstanding;
  // A state that changed since takes the place of the one that was lost, and its time-out goes on
  // (section 4.5.2).
  if (!again || observing.changed) {
    by_message_.erase(observing.message_name);
    observing.message_id = next_message_id(to.peer);
    observing.message_name = name_of(to.peer, observing.message_id);
    by_message_[observing.message_name] = number;
    observing.sequence = next_sequence(observing.sequence, now);
  }
  observing.changed = false;
  observing.sent = now;
  const bool confirmable = again || !observing.ever_confirmed ||
                           observing.unconfirmed >= limits_.non_confirmable_max ||
                           now - observing.confirmed_at >= limits_.confirmed_within;
  if (confirmable) {
    const auto first = acknowledged_within * (1 + (random_factor - 1) * random_.uniform());
    observing.timeout =
        again ? 2 * observing.timeout : std::chrono::duration_cast<Clock::duration>(first);
    observing.transmissions = again ? observing.transmissions + 1 : 1;
    observing.outstanding = true;
    set_due(number, now + observing.timeout);
  } else {
    ++observing.unconfirmed;
    set_due(number, observing.confirmed_at + limits_.confirmed_within);
  }
  return {to,
          confirmable,
          again,
          observing.message_id,
          static_cast<std::uint32_t>(observing.sequence & 0xffffff),
          resources_.at(to.resource).state};
}

std::vector<CoapObservers::Notification> CoapObservers::collect(Clock::time_point now) {
  std::vector<Notification> notifications;
  while (!due_.empty() && due_.begin()->first <= now) {
    const std::uint64_t number = due_.begin()->second;
    const Observing& observing = observing_.at(number);
    if (observing.outstanding && observing.transmissions > retransmissions_max) {
      remove(number);
    } else {
      notifications.push_back(send(number, now));
    }
  }
  return notifications;
}

std::optional<CoapObservers::Clock::time_point> CoapObservers::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

}  // namespace terse::serve::coap
