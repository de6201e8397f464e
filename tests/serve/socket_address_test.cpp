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

}  // namespace
}  // namespace terse::serve
