// Numeric addresses of sockets. Inside the serve room.
#pragma once

#include <sys/socket.h>

#include <string>

#include "terse/serve/address.h"

namespace terse::serve {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  /// The same for the same address and port, and only then.
  std::string bytes() const;
};

/// Throws InputError naming `option` if the host is not a numeric IPv4 or IPv6 address.
SocketAddress parse_socket_address(const Address& address, const std::string& option);

SocketAddress address_of(int socket);
/// The port a socket is bound to.
int port_of(int socket);

/// Asks for room for 4 MiB of datagrams, so that a burst from many peers is not dropped; the system
/// may give less.
void widen_receive_buffer(int socket);
/// This process's datagram socket that is bound to an address, for libraries that hide theirs; -1
/// if there is none.
int datagram_socket_at(const SocketAddress& address);

}  // namespace terse::serve
