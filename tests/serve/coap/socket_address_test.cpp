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
    const int bound = socket(any.storage.ss_family, SOCK_DGRAM, 0);
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
    const int server = socket(any.storage.ss_family, SOCK_DGRAM, 0);
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

TEST(SocketAddress, FindsASocketByItsAddressAndGivesItMoreRoom) {
  const SocketAddress any = parse_socket_address({"127.0.0.1", 0}, "coap");
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
}  // namespace terse::serve::coap
