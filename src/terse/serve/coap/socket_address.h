// Numeric addresses of sockets.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "terse/serve/core/address.h"

namespace terse::serve::coap {

/// The address of this machine that a datagram was sent to, and the interface it came in by.
struct ReachedAddress {
  int family = AF_UNSPEC;  ///< AF_INET, AF_INET6, or not known
  in6_addr address{};      ///< of AF_INET the first four bytes
  unsigned interface = 0;
};

struct SocketAddress {
  sockaddr_in6 storage{};  ///< of IPv4 a sockaddr_in, at its beginning
  socklen_t size = sizeof(sockaddr_in6);
  /// Answers must come from there: a peer takes none from another address.
  ReachedAddress reached;

  /// The same for the same address and port, and only then, whatever address they reached.
  std::string bytes() const;
  /// What one holder has many addresses of: IPv4's address, IPv6's first 64 bits. An IPv4 address
  /// at a socket of IPv6 (::ffff:0:0/96) is one of IPv4.
  std::string network() const;
  /// The address without its port: "192.0.2.1", "2001:db8::1".
  std::string text() const;
};

/// Throws OptionError naming `option` if the host is not a numeric IPv4 or IPv6 address.
SocketAddress parse_socket_address(const core::Address& address, const std::string& option);

/// Ancillary data of a datagram (msg_control), from the system or for it.
struct alignas(cmsghdr) AncillaryData {
  std::array<char, 128> bytes;
};
/// From now on the system says with each datagram which address it reached.
void ask_for_reached_address(int socket);
/// A message of one part, to be received. All of it must live until finish_receiving().
msghdr receiving(iovec& part, SocketAddress& from, AncillaryData& ancillary);
/// Afterwards: tells `from` its size and what it reached.
void finish_receiving(msghdr& message, SocketAddress& from);
/// A message of one part, to be sent: from the address that `to` reached, if that is known and one
/// to send from. All of it must live until it is sent.
msghdr sending(iovec& part, SocketAddress& to, AncillaryData& ancillary);

/// The port a socket is bound to.
int port_of(int socket);

/// Asks for room for 4 MiB of datagrams, so that a burst from many peers is not dropped; the system
/// may give less.
void widen_receive_buffer(int socket);
}  // namespace terse::serve::coap
