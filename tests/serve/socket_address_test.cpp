#include "terse/serve/socket_address.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "terse/error.h"

namespace terse::serve {
namespace {

TEST(SocketAddress, BytesTellPeersApart) {
  const auto bytes = [](const char* host, int port) {
    return parse_socket_address({host, port}, "--coap").bytes();
  };
  EXPECT_EQ(bytes("127.0.0.1", 5683), bytes("127.0.0.1", 5683));
  EXPECT_NE(bytes("127.0.0.1", 5683), bytes("127.0.0.1", 5684));
  EXPECT_NE(bytes("127.0.0.1", 5683), bytes("127.0.0.2", 5683));
  EXPECT_NE(bytes("::1", 5683), bytes("::2", 5683));
  EXPECT_THROW(parse_socket_address({"localhost", 1}, "--coap"), InputError);
}

TEST(SocketAddress, PortOfABoundSocket) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    const SocketAddress any = parse_socket_address({host, 0}, "--coap");
    const int bound = socket(any.storage.ss_family, SOCK_DGRAM, 0);
    if (bind(bound, reinterpret_cast<const sockaddr*>(&any.storage), any.size) == 0) {
      EXPECT_GT(port_of(bound), 0) << host;
    } else {
      EXPECT_STREQ(host, "::1") << "IPv4 is everywhere";
    }
    close(bound);
  }
}

TEST(SocketAddress, FindsASocketByItsAddressAndGivesItMoreRoom) {
  const SocketAddress any = parse_socket_address({"127.0.0.1", 0}, "--coap");
  const auto room = [](int socket) {
    int bytes = 0;
    socklen_t size = sizeof bytes;
    getsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, &size);
    return bytes;
  };
  int sockets[2];
  constexpr int little = 4096;
  for (int& each : sockets) {
    each = socket(AF_INET, SOCK_DGRAM, 0);
    ASSERT_EQ(bind(each, reinterpret_cast<const sockaddr*>(&any.storage), any.size), 0);
    setsockopt(each, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
  }
  const int before = room(sockets[0]);
  ASSERT_EQ(before, room(sockets[1]));
  const SocketAddress second = address_of(sockets[1]);
  EXPECT_EQ(datagram_socket_at(second), sockets[1]);
  widen_receive_buffer(sockets[1]);
  EXPECT_EQ(room(sockets[0]), before);
  EXPECT_GT(room(sockets[1]), before);
  close(sockets[1]);
  EXPECT_EQ(datagram_socket_at(second), -1);
  close(sockets[0]);
}

}  // namespace
}  // namespace terse::serve
