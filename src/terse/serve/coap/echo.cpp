#include "terse/serve/coap/echo.h"

#include <algorithm>

namespace terse::serve::coap {
namespace {

std::int64_t minute_of(CoapEcho::Clock::time_point now) {
  return std::chrono::duration_cast<std::chrono::minutes>(now.time_since_epoch()).count();
}

}  // namespace

CoapEcho::Value CoapEcho::challenge(const Peer& peer, Clock::time_point now) const {
  Value value;
  std::copy_n(cookies_.make(peer.bytes(), minute_of(now)).begin(), value.size(), value.begin());
  return value;
}

void CoapEcho::take(const Peer& peer, std::span<const std::uint8_t> value, Clock::time_point now) {
  if (cookies_.check(peer.bytes(), minute_of(now), value, Value().size())) prove(peer, now);
}

void CoapEcho::prove(const Peer& peer, Clock::time_point now) {
  if (!peer.reachable) proven_.add(peer.bytes(), {}, now);
}

bool CoapEcho::is_proven(const Peer& peer, Clock::time_point now) const {
  return peer.reachable || proven_.find(peer.bytes(), now) != nullptr;
}

}  // namespace terse::serve::coap
