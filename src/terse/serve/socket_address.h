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

/// The port a socket is bound to.
int port_of(int socket);

/// Asks for room for 4 MiB of datagrams, so that a burst from many peers is not dropped; the system
/// may give less.
void widen_receive_buffer(int socket);
/// The same for the datagram sockets of this process at a port: for libraries that hide theirs.
void widen_receive_buffers_at(int port);

}  // namespace terse::serve
