#include "terse/serve/dtls/returning_peers.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "terse/serve/coap/socket_address.h"
#include "terse/serve/dtls/endpoint.h"

namespace terse::serve::dtls {
namespace {

std::int64_t this_minute() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::minutes>(now).count();
}

int index_of_peers() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

ReturningPeers& peers_of(SSL* tls) {
  return *static_cast<ReturningPeers*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(tls), index_of_peers()));
}

SSL* tls_of(coap_session_t* session) {
  coap_tls_library_t library = COAP_TLS_LIBRARY_NOTLS;
  void* tls = coap_session_get_tls(session, &library);
  return library == COAP_TLS_LIBRARY_OPENSSL ? static_cast<SSL*>(tls) : nullptr;
}

}  // namespace

struct ReturningPeers::Datagram {
  // A hello is whole up to its cookie within the longest session id and cookie.
  std::array<std::uint8_t, 640> bytes;
  std::size_t size = 0;
  coap::SocketAddress from;

  bool peek(int socket) {
    coap::AncillaryData ancillary;
    iovec part = {bytes.data(), bytes.size()};
    msghdr message = coap::receiving(part, from, ancillary);
    const ssize_t count = recvmsg(socket, &message, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0) return false;
    size = static_cast<std::size_t>(count);
    coap::finish_receiving(message, from);
    return true;
  }
};

coap_session_t* ReturningPeers::old_session(const Datagram& datagram,
                                            const DtlsHello& hello) const {
  const coap_address_t from = as_coap_address(datagram.from);
  coap_session_t* session =
      coap_session_get_by_peer(context_, &from, static_cast<int>(datagram.from.reached.interface));
  if (session == nullptr) return nullptr;
  if (coap_session_get_state(session) != COAP_SESSION_STATE_ESTABLISHED) return nullptr;
  SSL* tls = tls_of(session);
  if (tls == nullptr) return nullptr;
  std::array<unsigned char, SSL3_RANDOM_SIZE> random{};
  SSL_get_client_random(tls, random.data(), random.size());
  // A late copy of the hello that this session began with does not begin a new one.
  return std::ranges::equal(random, hello.random) ? nullptr : session;
}

int ReturningPeers::make_cookie(SSL* tls, unsigned char* cookie, unsigned* size) {
  const ReturningPeers& self = peers_of(tls);
  const HelloCookies::Cookie made = self.cookies_.make(self.greeting_, this_minute());
  std::ranges::copy(made, cookie);
  *size = static_cast<unsigned>(made.size());
  return 1;
}

int ReturningPeers::check_cookie(SSL* tls, const unsigned char* cookie, unsigned size) {
  const ReturningPeers& self = peers_of(tls);
  return self.cookies_.check(self.greeting_, this_minute(), {cookie, size}) ? 1 : 0;
}

void ReturningPeers::share_cookies(coap_session_t* session) {
  if (shared_) return;
  SSL_CTX* context = SSL_get_SSL_CTX(tls_of(session));
  SSL_CTX_set_ex_data(context, index_of_peers(), this);
  SSL_CTX_set_cookie_generate_cb(context, make_cookie);
  SSL_CTX_set_cookie_verify_cb(context, check_cookie);
  shared_ = true;
}

bool ReturningPeers::take() {
  Datagram datagram;
  if (!datagram.peek(socket_)) return false;
  const auto hello = read_dtls_hello(std::span(datagram.bytes).first(datagram.size));
  if (!hello) return false;
  greeting_ = datagram.from.bytes();
  coap_session_t* session = old_session(datagram, *hello);
  if (session == nullptr) return false;
  share_cookies(session);
  if (cookies_.check(greeting_, this_minute(), hello->cookie)) {
    // No goodbye: it would meet the new handshake.
    SSL_set_quiet_shutdown(tls_of(session), 1);
    coap_session_disconnected(session, COAP_NACK_TLS_FAILED);
    // Sets it free; the hello is for a new one.
    coap_tick_t now = 0;
    coap_ticks(&now);
    coap_io_prepare_epoll(context_, now);
    return false;
  }
  auto answer = hello_verify_request(*hello, cookies_.make(greeting_, this_minute()));
  std::uint8_t taken = 0;
  recv(socket_, &taken, sizeof taken, MSG_DONTWAIT);
  coap::AncillaryData ancillary;
  iovec part = {answer.data(), answer.size()};
  const msghdr message = coap::sending(part, datagram.from, ancillary);
  sendmsg(socket_, &message, MSG_DONTWAIT);
  return true;
}

}  // namespace terse::serve::dtls
