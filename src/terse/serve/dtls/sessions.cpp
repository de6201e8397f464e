#include "terse/serve/dtls/sessions.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <utility>

#include "terse/serve/dtls/datagram_bio.h"
#include "terse/serve/dtls/hello.h"
#include "terse/serve/dtls/records.h"

namespace terse::serve::dtls {
namespace {

struct Free {
  void operator()(SSL* session) const { SSL_free(session); }
};

std::int64_t minute_of(DtlsSessions::Clock::time_point now) {
  return std::chrono::duration_cast<std::chrono::minutes>(now.time_since_epoch()).count();
}

}  // namespace

struct DtlsSessions::Session {
  std::shared_ptr<const Credentials> credentials;
  coap::Peer peer;
  std::string address;                    ///< SocketAddress::bytes()
  std::array<std::uint8_t, 32> random{};  ///< of the hello that it began with
  DatagramPipe pipe;
  std::unique_ptr<SSL, Free> tls;
  bool established = false;
  unsigned encrypted_max = 8;  ///< records that its handshake may still keep
  Clock::time_point began;
  Clock::time_point heard;
  Clock::time_point due = Clock::time_point::max();
};

DtlsSessions::DtlsSessions(std::shared_ptr<const Credentials> credentials,
                           const SessionLimits& limits, core::Access* access,
                           const DtlsCounters& counters, Send send)
    : limits_(limits), access_(access), counters_(counters), send_(std::move(send)) {
  use(std::move(credentials));
}

DtlsSessions::~DtlsSessions() = default;

void DtlsSessions::use(std::shared_ptr<const Credentials> credentials) {
  credentials_ = std::move(credentials);
  if (access_ != nullptr) {
    for (const auto& [device, key] : credentials_->keys()) access_->know(device);
  }
  for (auto next = sessions_.begin(); next != sessions_.end();) {
    const Place each = next++;
    if (each->established && credentials_->still_hold(*each->credentials, each->tls.get()))
      continue;
    end(each, Farewell::said);
  }
}

void DtlsSessions::set_due(Place session, Clock::time_point due) {
  due_.erase({session->due, session->peer.session});
  session->due = due;
  due_.emplace(due, session->peer.session);
}

void DtlsSessions::plan(Place session, Clock::time_point now) {
  if (session->established) return set_due(session, now + limits_.idle_max);
  auto due = session->began + limits_.handshake_max;
  timeval left{};
  if (DTLSv1_get_timeout(session->tls.get(), &left) == 1) {
    const auto again = std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec);
    due = std::min<Clock::time_point>(due, now + again);
  }
  set_due(session, due);
}

void DtlsSessions::end(Place session, Farewell farewell) {
  if (farewell == Farewell::said && session->established) {
    SSL_alloc_buffers(session->tls.get());
    SSL_shutdown(session->tls.get());
    ERR_clear_error();
  }
  due_.erase({session->due, session->peer.session});
  by_number_.erase(session->peer.session);
  by_address_.erase(session->address);
  if (session->established) {
    gone_.push_back(session->peer);
    if (session->peer.device != nullptr) {
      const auto of_device = of_device_.find(*session->peer.device);
      if (--of_device->second == 0) of_device_.erase(of_device);
    }
  } else {
    --handshakes_;
    const auto of_address = of_address_.find(session->peer.address.network());
    if (--of_address->second == 0) of_address_.erase(of_address);
  }
  sessions_.erase(session);
}

void DtlsSessions::make_room(const coap::SocketAddress& from) {
  const std::string network = from.network();
  const auto of_address = of_address_.find(network);
  const bool crowded =
      of_address != of_address_.end() && of_address->second >= limits_.of_address_max;
  if (!crowded && handshakes_ < limits_.handshakes_max) return;
  for (auto each = sessions_.begin(); each != sessions_.end(); ++each) {
    if (each->established || (crowded && each->peer.address.network() != network)) continue;
    return end(each, Farewell::unsaid);
  }
}

void DtlsSessions::begin(const coap::SocketAddress& from, std::span<const std::uint8_t> datagram,
                         std::span<const std::uint8_t> random, Clock::time_point now) {
  make_room(from);
  const Place session = sessions_.emplace(sessions_.end());
  session->credentials = credentials_;
  session->peer = {.address = from, .session = next_number_++, .reachable = true};
  session->address = from.bytes();
  std::ranges::copy(random, session->random.begin());
  session->began = session->heard = now;
  session->pipe.outgoing = [this, each = &*session](std::span<const std::uint8_t> bytes) {
    send_(each->peer.address, bytes);
  };
  session->tls.reset(credentials_->new_session());
  by_address_[session->address] = session;
  by_number_[session->peer.session] = session;
  ++handshakes_;
  ++of_address_[from.network()];
  BIO* const pipe = session->tls == nullptr ? nullptr : new_datagram_bio(session->pipe);
  if (pipe == nullptr) return end(session, Farewell::unsaid);
  SSL_set_bio(session->tls.get(), pipe, pipe);
  session->pipe.incoming = datagram;
  const std::unique_ptr<BIO_ADDR, decltype(&BIO_ADDR_free)> ignored(BIO_ADDR_new(), BIO_ADDR_free);
  ERR_clear_error();
  if (DTLSv1_listen(session->tls.get(), ignored.get()) != 1) {
    return end(session, Farewell::unsaid);
  }
  if (shake_hands(session)) plan(session, now);
}

void DtlsSessions::greet(const coap::SocketAddress& from, std::span<const std::uint8_t> datagram,
                         Clock::time_point now) {
  const auto hello = read_dtls_hello(datagram);
  const std::string address = from.bytes();
  if (!cookies_.check(address, minute_of(now), hello->cookie)) {
    return send_(from, hello_verify_request(*hello, cookies_.make(address, minute_of(now))));
  }
  const auto before = by_address_.find(address);
  // No goodbye: it would meet the new handshake.
  if (before != by_address_.end()) end(before->second, Farewell::unsaid);
  begin(from, datagram, hello->random, now);
}

void DtlsSessions::establish(Place session_place) {
  // The newest: whatever has to end for it is another one.
  sessions_.splice(sessions_.end(), sessions_, session_place);
  Session& session = *session_place;
  session.established = true;
  --handshakes_;
  const auto of_address = of_address_.find(session.peer.address.network());
  if (--of_address->second == 0) of_address_.erase(of_address);
  counters_.count_handshake(true);
  const std::string name = session.credentials->proven_name(session.tls.get());
  if (!name.empty()) {
    session.peer.device = std::make_shared<const std::string>(name);
    if (access_ != nullptr) access_->know(name);
    if (++of_device_[name] > limits_.of_device_max) {
      const auto oldest = std::ranges::find_if(sessions_, [&name](const Session& each) {
        return each.peer.device != nullptr && *each.peer.device == name;
      });
      end(oldest, Farewell::said);
    }
  }
  if (sessions_.size() - handshakes_ <= limits_.sessions_max) return;
  end(std::ranges::find_if(sessions_, [](const Session& each) { return each.established; }),
      Farewell::said);
}

bool DtlsSessions::shake_hands(Place session) {
  SSL* const tls = session->tls.get();
  ERR_clear_error();
  const int done = SSL_do_handshake(tls);
  if (done == 1) {
    establish(session);
    return true;
  }
  const int error = SSL_get_error(tls, done);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return true;
  counters_.count_handshake(false);
  end(session, Farewell::unsaid);
  return false;
}

void DtlsSessions::read(Place session, Clock::time_point now, const Take& take) {
  static thread_local std::array<std::uint8_t, SSL3_RT_MAX_PLAIN_LENGTH> message;
  SSL* const tls = session->tls.get();
  const std::uint64_t number = session->peer.session;
  for (;;) {
    ERR_clear_error();
    const int size = SSL_read(tls, message.data(), static_cast<int>(message.size()));
    if (size <= 0) {
      const int error = SSL_get_error(tls, size);
      if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) break;
      return end(session, error == SSL_ERROR_ZERO_RETURN ? Farewell::said : Farewell::unsaid);
    }
    session->heard = now;
    sessions_.splice(sessions_.end(), sessions_, session);
    take(session->peer, std::span(message).first(static_cast<std::size_t>(size)), true);
    if (!by_number_.contains(number)) return;
  }
  // 20 KiB that a session needs only while it reads or writes.
  SSL_free_buffers(tls);
}

void DtlsSessions::receive(const coap::SocketAddress& from, std::span<const std::uint8_t> datagram,
                           Clock::time_point now, const Take& take) {
  const auto found = by_address_.find(from.bytes());
  const auto hello = read_dtls_hello(datagram);
  // A late copy of the hello that a session began with does not begin a new one.
  const bool known = found != by_address_.end() &&
                     (!hello || std::ranges::equal(found->second->random, hello->random));
  if (!known) {
    if (hello) greet(from, datagram, now);
    return;
  }
  const Place session = found->second;
  session->peer.address.reached = from.reached;
  if (session->established) {
    session->pipe.incoming = datagram;
  } else {
    const std::vector<std::uint8_t> taken = handshake_records(datagram, session->encrypted_max);
    session->pipe.incoming = taken;
    if (!shake_hands(session)) return;
    session->pipe.incoming = {};
    plan(session, now);
    if (!session->established) return;
  }
  read(session, now, take);
}

void DtlsSessions::send(const coap::Peer& to, std::span<const std::uint8_t> message) {
  const auto found = by_number_.find(to.session);
  if (found == by_number_.end() || message.empty()) return;
  SSL* const tls = found->second->tls.get();
  ERR_clear_error();
  // Whatever cannot be written is lost like any datagram.
  if (SSL_alloc_buffers(tls) == 1) SSL_write(tls, message.data(), static_cast<int>(message.size()));
  SSL_free_buffers(tls);
}

std::optional<DtlsSessions::Clock::time_point> DtlsSessions::next_due() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

void DtlsSessions::work(Clock::time_point now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const Place session = by_number_.at(due_.begin()->second);
    if (session->established && session->heard + limits_.idle_max > now) {
      plan(session, session->heard);
    } else if (session->established) {
      end(session, Farewell::said);
    } else if (session->began + limits_.handshake_max <= now) {
      // It said who it is, and not what only that one can say: the key is another one.
      if (SSL_get_psk_identity(session->tls.get()) != nullptr) counters_.count_handshake(false);
      end(session, Farewell::unsaid);
    } else {
      ERR_clear_error();
      if (DTLSv1_handle_timeout(session->tls.get()) < 0) {
        end(session, Farewell::unsaid);
      } else {
        plan(session, std::max(now, session->due + std::chrono::milliseconds(1)));
      }
    }
  }
}

std::vector<coap::Peer> DtlsSessions::take_gone() {
  return std::exchange(gone_, {});
}

}  // namespace terse::serve::dtls
