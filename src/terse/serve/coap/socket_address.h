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
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);
  /// Answers must come from there: a peer takes none from another address.
  ReachedAddress reached;

  /// The same for the same address and port, and only then, whatever address they reached.
  std::string bytes() const;
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

/// The address a socket is bound to.
SocketAddress address_of(int socket);
/// The port a socket is bound to.
int port_of(int socket);

/// Asks for room for 4 MiB of datagrams, so that a burst from many peers is not dropped; the system
/// may give less.
void widen_receive_buffer(int socket);
/// This process's datagram socket that is bound to an address, for libraries that hide theirs; -1
/// if there is none.
int datagram_socket_at(const SocketAddress& address);

}  // namespace terse::serve::coap
