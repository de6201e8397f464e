#include "terse/serve/coap/datagram_socket.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <string_view>

#include "terse/base/error.h"

namespace terse::serve::coap {
namespace {

/// A client at a loopback address; -1 if the system has none of that family.
int client_of(const char* host, int port) {
  const SocketAddress server = parse_socket_address({host, port}, "test");
  const int made = socket(server.storage.sin6_family, SOCK_DGRAM, 0);
  if (connect(made, reinterpret_cast<const sockaddr*>(&server.storage), server.size) == 0) {
    return made;
  }
  close(made);
  return -1;
}

bool comes(int descriptor) {
  pollfd waiting = {descriptor, POLLIN, 0};
  return poll(&waiting, 1, 5000) == 1;
}

/// Sends `text` to it, and answers from it; gives what the client hears.
std::string exchange(DatagramSocket& server, const char* host, std::string_view text) {
  const int client = client_of(host, server.port());
  if (client < 0) return "no such family";
  EXPECT_EQ(send(client, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  EXPECT_TRUE(comes(server.descriptor()));
  EXPECT_FALSE(server.receive([&](const SocketAddress& from, auto datagram, bool whole) {
    EXPECT_EQ(from.text(), std::string_view(host) == "::1" ? "::1" : "127.0.0.1");
    const std::string answer = std::to_string(datagram.size()) + (whole ? "" : " cut");
    const std::span<const char> bytes(answer);
    server.send(from, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  }));
  server.flush();
  std::string heard(100, ' ');
  EXPECT_TRUE(comes(client));
  heard.resize(static_cast<std::size_t>(recv(client, heard.data(), heard.size(), 0)));
  close(client);
  return heard;
}

TEST(DatagramSocket, APortAloneIsThatOfBothFamilies) {
  const core::Address everywhere = core::parse_address(":0", "coap");
  DatagramSocket server(everywhere, "coap", "CoAP");
  EXPECT_EQ(exchange(server, "127.0.0.1", "four"), "4");
  EXPECT_EQ(exchange(server, "127.0.0.2", "other"), "5");
  EXPECT_EQ(exchange(server, "::1", "six"), "3");
  core::Address same = everywhere;
  same.port = server.port();
  EXPECT_THROW(DatagramSocket(same, "coap", "CoAP"), base::JobError);
}

TEST(DatagramSocket, OtherAddressesAreTakenAsTheyAreWritten) {
  DatagramSocket server(core::parse_address("0.0.0.0:0", "coap"), "coap", "CoAP");
  EXPECT_EQ(exchange(server, "127.0.0.1", "four"), "4");
  const int client = client_of("::1", server.port());
  ASSERT_GE(client, 0);
  send(client, "?", 1, 0);
  char byte = 0;
  EXPECT_LT(recv(client, &byte, 1, 0), 0) << "nobody listens there";
  close(client);
  EXPECT_THROW(DatagramSocket({"127.0.0.1", server.port()}, "coap", "CoAP"), base::JobError);
  EXPECT_THROW(DatagramSocket({"localhost", 0}, "coap", "CoAP"), base::InputError);
}

TEST(DatagramSocket, SaysWhichDatagramsAreCutAndSendsMoreThanABurst) {
  DatagramSocket server({"127.0.0.1", 0}, "coap", "CoAP");
  EXPECT_EQ(exchange(server, "127.0.0.1", std::string(1472, 'x')), "1472");
  EXPECT_EQ(exchange(server, "127.0.0.1", std::string(1473, 'x')), "1472 cut");
  const int client = client_of("127.0.0.1", server.port());
  send(client, "?", 1, 0);
  EXPECT_TRUE(comes(server.descriptor()));
  server.receive([&](const SocketAddress& from, auto datagram, bool) {
    for (std::size_t i = 0; i < 2 * DatagramSocket::datagrams_max + 1; ++i) {
      server.send(from, datagram);
    }
  });
  server.flush();
  for (std::size_t i = 0; i < 2 * DatagramSocket::datagrams_max + 1; ++i) {
    char byte = 0;
    ASSERT_TRUE(comes(client)) << i;
    EXPECT_EQ(recv(client, &byte, 1, 0), 1);
  }
  close(client);
}

}  // namespace
}  // namespace terse::serve::coap
