#include "terse/serve/returning_peers.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include "terse/serve/socket_address.h"

namespace terse::serve {
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
  SocketAddress from;
  int interface = 0;

  bool peek(int socket) {
    alignas(cmsghdr) std::array<char, 256> control;
    iovec part = {bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_name = &from.storage;
    message.msg_namelen = sizeof from.storage;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t count = recvmsg(socket, &message, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0) return false;
    size = static_cast<std::size_t>(count);
    from.size = message.msg_namelen;
    for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr;
         each = CMSG_NXTHDR(&message, each)) {
      if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_PKTINFO) {
        in_pktinfo four{};
        std::memcpy(&four, CMSG_DATA(each), sizeof four);
        interface = four.ipi_ifindex;
      } else if (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_PKTINFO) {
        in6_pktinfo six{};
        std::memcpy(&six, CMSG_DATA(each), sizeof six);
        interface = static_cast<int>(six.ipi6_ifindex);
      }
    }
    return true;
  }
};

coap_session_t* ReturningPeers::old_session(const Datagram& datagram,
                                            const DtlsHello& hello) const {
  coap_address_t from;
  coap_address_init(&from);
  std::memcpy(&from.addr, &datagram.from.storage,
              std::min<std::size_t>(datagram.from.size, sizeof from.addr));
  from.size = datagram.from.size;
  coap_session_t* session = coap_session_get_by_peer(context_, &from, datagram.interface);
  if (session == nullptr) return nullptr;
  if (coap_session_get_state(session) != COAP_SESSION_STATE_ESTABLISHED) return nullptr;
  SSL* tls = tls_of(session);
  if (tls == nullptr) return nullptr;
  std::array<unsigned char, SSL3_RANDOM_SIZE> random{};
  SSL_get_client_random(tls, random.data(), random.size());
  // A late copy of the hello that this session began with is none of a new one.
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
  const auto answer = hello_verify_request(*hello, cookies_.make(greeting_, this_minute()));
  std::uint8_t taken = 0;
  recv(socket_, &taken, sizeof taken, MSG_DONTWAIT);
  sendto(socket_, answer.data(), answer.size(), MSG_DONTWAIT,
         reinterpret_cast<const sockaddr*>(&datagram.from.storage), datagram.from.size);
  return true;
}

}  // namespace terse::serve
