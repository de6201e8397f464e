#include "terse/serve/coap/observers.h"

#include <algorithm>
#include <utility>

namespace terse::serve::coap {
namespace {

std::string name_of(std::string peer, const CoapToken& token) {
  const auto bytes = token.view();
  return peer.append(bytes.begin(), bytes.end());
}

std::string name_of(std::string peer, std::uint16_t message_id) {
  return peer.append({static_cast<char>(message_id >> 8), static_cast<char>(message_id)});
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

std::uint16_t CoapObservers::next_message_id(const Peer& peer) {
  if (listeners_.empty()) return next_message_id_++;
  const auto found = listeners_.find(peer.bytes());
  return found == listeners_.end() ? next_message_id_++ : found->second.next_message_id++;
}

bool CoapObservers::add(const Observer& observer, Clock::time_point now) {
  std::uint64_t sequence = 0;
  const std::string peer = observer.peer.bytes();
  const std::string name = name_of(peer, observer.token);
  if (const auto before = by_token_.find(name); before != by_token_.end()) {
    Observing& known = observing_.at(before->second);
    if (known.observer.resource == observer.resource) {
      known.observer = observer;
      return true;
    }
    sequence = known.sequence;
    remove(before->second);
  }
  const std::string party = observer.peer.party();
  const auto of_party = of_party_.find(party);
  if (observing_.size() >= limits_.observers_max ||
      (of_party != of_party_.end() && of_party->second >= limits_.of_party_max)) {
    return false;
  }
  const std::uint64_t number = next_number_++;
  Observing& added = observing_[number];
  added.observer = observer;
  added.peer_name = peer;
  added.sequence = sequence;
  added.confirmed_at = now;
  by_token_[name] = number;
  resources_[observer.resource].observers.insert(number);
  ++of_party_[party];
  Listener& listener = listeners_[peer];
  if (listener.observations.empty()) {
    listener.number = number;
    listener.next_message_id = static_cast<std::uint16_t>(random_.next());
  }
  listener.observations.insert(number);
  added.listener = &listener;
  return true;
}

std::optional<std::uint32_t> CoapObservers::open(const Observer& observer, State state,
                                                 Clock::time_point now) {
  const auto found = by_token_.find(name_of(observer.peer.bytes(), observer.token));
  if (found == by_token_.end()) return std::nullopt;
  Observing& opened = observing_.at(found->second);
  if (opened.observer.resource != observer.resource) return std::nullopt;
  State& newest = resources_.at(observer.resource).state;
  if (newest == nullptr) newest = std::move(state);
  opened.open = true;
  // The response carries the newest state. What is outstanding goes on until it is acknowledged.
  if (opened.listener->outstanding != found->second) {
    if (std::exchange(opened.changed, false)) {
      std::erase(opened.listener->waiting, found->second);
      plan(*opened.listener);
    }
    plan_confirmation(found->second);
  }
  opened.sequence = next_sequence(opened.sequence, now);
  return static_cast<std::uint32_t>(opened.sequence & 0xffffff);
}

CoapObservers::State CoapObservers::state_of(const std::string& resource) const {
  const auto found = resources_.find(resource);
  return found == resources_.end() ? nullptr : found->second.state;
}

void CoapObservers::plan(Listener& listener) {
  due_.erase({listener.due, listener.number});
  listener.due = Clock::time_point::max();
  if (listener.outstanding) {
    listener.due = *listener.sent + listener.timeout;
  } else if (!listener.waiting.empty()) {
    const auto spacing = listener.round_trip.value_or(spacing_unknown);
    listener.due = listener.sent ? *listener.sent + spacing : Clock::time_point();
  } else {
    return;
  }
  due_.emplace(std::pair(listener.due, listener.number), &listener);
}

void CoapObservers::plan_confirmation(std::uint64_t number) {
  Observing& observing = observing_.at(number);
  confirmations_.erase({observing.confirm_due, number});
  observing.confirm_due = observing.confirmed_at + limits_.confirmed_within;
  confirmations_.emplace(observing.confirm_due, number);
}

void CoapObservers::enqueue(std::uint64_t number) {
  Observing& observing = observing_.at(number);
  if (std::exchange(observing.changed, true)) return;
  // What is outstanding says the newest when it is sent again.
  if (observing.listener->outstanding == number) return;
  observing.listener->waiting.push_back(number);
  if (observing.listener->waiting.size() == 1) plan(*observing.listener);
}

void CoapObservers::remove(const Peer& peer, const CoapToken& token) {
  const auto found = by_token_.find(name_of(peer.bytes(), token));
  if (found != by_token_.end()) remove(found->second);
}

void CoapObservers::remove_all(const Peer& peer) {
  const auto found = listeners_.find(peer.bytes());
  if (found == listeners_.end()) return;
  for (const std::uint64_t number : std::set<std::uint64_t>(found->second.observations)) {
    remove(number);
  }
}

void CoapObservers::remove(std::uint64_t number) {
  const auto found = observing_.find(number);
  const Observing& gone = found->second;
  const std::string resource_name = gone.observer.resource;
  confirmations_.erase({gone.confirm_due, number});
  by_message_.erase(gone.message_name);
  by_token_.erase(name_of(gone.peer_name, gone.observer.token));
  const auto of_party = of_party_.find(gone.observer.peer.party());
  if (--of_party->second == 0) of_party_.erase(of_party);
  Listener& listener = *gone.listener;
  listener.observations.erase(number);
  std::erase(listener.waiting, number);
  if (listener.outstanding == number) listener.outstanding.reset();
  plan(listener);
  if (listener.observations.empty()) listeners_.erase(gone.peer_name);
  observing_.erase(found);
  const auto resource = resources_.find(resource_name);
  resource->second.observers.erase(number);
  if (!resource->second.observers.empty()) return;
  resources_.erase(resource);
  unobserved_(resource_name);
}

void CoapObservers::change(const std::string& resource, State state) {
  const auto found = resources_.find(resource);
  if (found == resources_.end()) return;
  found->second.state = std::move(state);
  for (const std::uint64_t number : found->second.observers) {
    if (observing_.at(number).open) enqueue(number);
  }
}

bool CoapObservers::acknowledge(const Peer& peer, std::uint16_t message_id, Clock::time_point now) {
  const auto found = by_message_.find(name_of(peer.bytes(), message_id));
  if (found == by_message_.end()) return false;
  const std::uint64_t number = found->second;
  Observing& observing = observing_.at(number);
  Listener& listener = *observing.listener;
  if (listener.outstanding != number) return false;
  listener.outstanding.reset();
  observing.ever_confirmed = true;
  observing.unconfirmed = 0;
  observing.confirmed_at = now;
  // Of a retransmitted message nobody knows which copy was acknowledged (Karn's rule).
  listener.round_trip.reset();
  if (listener.transmissions == 1) listener.round_trip = now - *listener.sent;
  if (std::exchange(observing.changed, false)) enqueue(number);
  plan(listener);
  plan_confirmation(number);
  return true;
}

void CoapObservers::reset(const Peer& peer, std::uint16_t message_id) {
  const auto found = by_message_.find(name_of(peer.bytes(), message_id));
  if (found != by_message_.end()) remove(found->second);
}

bool CoapObservers::must_confirm(const Observing& observing, Clock::time_point now) const {
  return !observing.ever_confirmed || observing.unconfirmed >= limits_.non_confirmable_max ||
         now - observing.confirmed_at >= limits_.confirmed_within;
}

CoapObservers::Notification CoapObservers::send(std::uint64_t number, Clock::time_point now) {
  Observing& observing = observing_.at(number);
  Listener& listener = *observing.listener;
  const Observer& to = observing.observer;
  const bool again = listener.outstanding == number;
  // A state that changed since takes the place of the one that was lost, and its time-out goes on
  // (section 4.5.2).
  if (!again || observing.changed) {
    by_message_.erase(observing.message_name);
    observing.message_id = listener.next_message_id++;
    observing.message_name = name_of(observing.peer_name, observing.message_id);
    by_message_[observing.message_name] = number;
    observing.sequence = next_sequence(observing.sequence, now);
  }
  observing.changed = false;
  listener.sent = now;
  const bool confirmable = again || must_confirm(observing, now);
  if (confirmable) {
    const auto first = acknowledged_within * (1 + (random_factor - 1) * random_.uniform());
    listener.timeout =
        again ? 2 * listener.timeout : std::chrono::duration_cast<Clock::duration>(first);
    listener.transmissions = again ? listener.transmissions + 1 : 1;
    listener.outstanding = number;
  } else {
    ++observing.unconfirmed;
  }
  plan(listener);
  return {to,
          confirmable,
          again,
          observing.message_id,
          static_cast<std::uint32_t>(observing.sequence & 0xffffff),
          resources_.at(to.resource).state};
}

std::vector<CoapObservers::Notification> CoapObservers::collect(Clock::time_point now) {
  while (!confirmations_.empty() && confirmations_.begin()->first <= now) {
    const std::uint64_t number = confirmations_.begin()->second;
    confirmations_.erase(confirmations_.begin());
    observing_.at(number).confirm_due = Clock::time_point::max();
    enqueue(number);
  }
  std::vector<Notification> notifications;
  while (!due_.empty() && due_.begin()->first.first <= now) {
    Listener& listener = *due_.begin()->second;
    if (!listener.outstanding) {
      const std::uint64_t next = listener.waiting.front();
      listener.waiting.pop_front();
      notifications.push_back(send(next, now));
    } else if (listener.transmissions > retransmissions_max) {
      remove(*listener.outstanding);
    } else {
      notifications.push_back(send(*listener.outstanding, now));
    }
  }
  return notifications;
}

std::optional<CoapObservers::Clock::time_point> CoapObservers::next_due() const {
  std::optional<Clock::time_point> next;
  if (!due_.empty()) next = due_.begin()->first.first;
  if (!confirmations_.empty() && (!next || confirmations_.begin()->first < *next)) {
    next = confirmations_.begin()->first;
  }
  return next;
}

}  // namespace terse::serve::coap
