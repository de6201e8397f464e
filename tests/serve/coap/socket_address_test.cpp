#include "terse/serve/coap/socket_address.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "terse/base/error.h"

namespace terse::serve::coap {
namespace {

TEST(SocketAddress, BytesTellPeersApart) {
  const auto bytes = [](const char* host, int port) {
    return parse_socket_address({host, port}, "coap").bytes();
  };
  EXPECT_EQ(bytes("127.0.0.1", 5683), bytes("127.0.0.1", 5683));
  EXPECT_NE(bytes("127.0.0.1", 5683), bytes("127.0.0.1", 5684));
  EXPECT_NE(bytes("127.0.0.1", 5683), bytes("127.0.0.2", 5683));
  EXPECT_NE(bytes("::1", 5683), bytes("::2", 5683));
  EXPECT_THROW(parse_socket_address({"localhost", 1}, "coap"), base::OptionError);
}

TEST(SocketAddress, PortOfABoundSocket) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    const SocketAddress any = parse_socket_address({host, 0}, "coap");
    const int bound = socket(any.storage.sin6_family, SOCK_DGRAM, 0);
    if (bind(bound, reinterpret_cast<const sockaddr*>(&any.storage), any.size) == 0) {
      EXPECT_GT(port_of(bound), 0) << host;
    } else {
      EXPECT_STREQ(host, "::1") << "IPv4 is everywhere";
    }
    close(bound);
  }
}

TEST(SocketAddress, AnswersLeaveFromTheAddressThatWasReached) {
  for (const char* host : {"0.0.0.0", "::"}) {
    const SocketAddress any = parse_socket_address({host, 0}, "coap");
    const int server = socket(any.storage.sin6_family, SOCK_DGRAM, 0);
    ask_for_reached_address(server);
    ASSERT_EQ(bind(server, reinterpret_cast<const sockaddr*>(&any.storage), any.size), 0);
    // Left to itself the system would answer from 127.0.0.1, which the client does not listen to.
    const SocketAddress second = parse_socket_address({"127.0.0.2", port_of(server)}, "coap");
    const int client = socket(AF_INET, SOCK_DGRAM, 0);
    ASSERT_EQ(connect(client, reinterpret_cast<const sockaddr*>(&second.storage), second.size), 0);
    ASSERT_EQ(send(client, "?", 1, 0), 1);

    char byte = 0;
    iovec part = {&byte, 1};
    SocketAddress from;
    AncillaryData control;
    msghdr message = receiving(part, from, control);
    ASSERT_EQ(recvmsg(server, &message, 0), 1);
    finish_receiving(message, from);
    EXPECT_NE(from.reached.family, AF_UNSPEC);
    EXPECT_GT(from.reached.interface, 0U);

    const msghdr answer = sending(part, from, control);
    ASSERT_EQ(sendmsg(server, &answer, 0), 1);
    pollfd waiting = {client, POLLIN, 0};
    EXPECT_EQ(poll(&waiting, 1, 5000), 1) << host;
    close(client);
    close(server);
  }
}

TEST(SocketAddress, ABroadcastIsAnsweredFromAnAddressOfThisMachine) {
  const SocketAddress any = parse_socket_address({"0.0.0.0", 0}, "coap");
  const int server = socket(AF_INET, SOCK_DGRAM, 0);
  ask_for_reached_address(server);
  ASSERT_EQ(bind(server, reinterpret_cast<const sockaddr*>(&any.storage), any.size), 0);
  const SocketAddress all = parse_socket_address({"127.255.255.255", port_of(server)}, "coap");
  const int client = socket(AF_INET, SOCK_DGRAM, 0);
  const int yes = 1;
  setsockopt(client, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
  ASSERT_EQ(sendto(client, "?", 1, 0, reinterpret_cast<const sockaddr*>(&all.storage), all.size),
            1);
  char byte = 0;
  iovec part = {&byte, 1};
  SocketAddress from;
  AncillaryData control;
  msghdr message = receiving(part, from, control);
  ASSERT_EQ(recvmsg(server, &message, 0), 1);
  finish_receiving(message, from);
  const msghdr answer = sending(part, from, control);
  EXPECT_EQ(sendmsg(server, &answer, 0), 1);
  pollfd waiting = {client, POLLIN, 0};
  EXPECT_EQ(poll(&waiting, 1, 5000), 1);
  close(client);
  close(server);
}

TEST(SocketAddress, TheNetworkIsWhatOneHolderHasManyAddressesOf) {
  const auto network = [](const char* host) {
    return parse_socket_address({host, 5683}, "coap").network();
  };
  EXPECT_NE(network("192.0.2.1"), network("192.0.2.2"));
  EXPECT_EQ(network("2001:db8::1"), network("2001:db8:0:0:1:2:3:4"));
  EXPECT_NE(network("2001:db8::1"), network("2001:db8:0:1::1"));
  EXPECT_EQ(network("::ffff:192.0.2.1"), network("192.0.2.1"));
  EXPECT_NE(network("::ffff:192.0.2.1"), network("::ffff:192.0.2.2"));
}

TEST(SocketAddress, TheTextIsTheAddressAlone) {
  for (const char* host : {"192.0.2.1", "2001:db8::1"}) {
    EXPECT_EQ(parse_socket_address({host, 5683}, "coap").text(), host);
  }
  EXPECT_EQ(parse_socket_address({"::ffff:192.0.2.1", 1}, "coap").text(), "192.0.2.1");
}

TEST(SocketAddress, ABufferIsGivenMoreRoom) {
  const int made = socket(AF_INET, SOCK_DGRAM, 0);
  const auto room = [made] {
    int bytes = 0;
    socklen_t size = sizeof bytes;
    getsockopt(made, SOL_SOCKET, SO_RCVBUF, &bytes, &size);
    return bytes;
  };
  const int before = room();
  widen_receive_buffer(made);
  EXPECT_GT(room(), before);
  close(made);
}

}  // namespace
}  // namespace terse::serve::coap
