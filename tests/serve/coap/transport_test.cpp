#include "terse/serve/coap/transport.h"

#include <gtest/gtest.h>

namespace terse::serve::coap {
namespace {

Peer at(const char* host, int port, std::uint64_t session = 0, const char* device = nullptr) {
  Peer peer{.address = parse_socket_address({host, port}, "test"), .session = session};
  if (device != nullptr) peer.device = std::make_shared<const std::string>(device);
  return peer;
}

TEST(Peer, IsAnotherOneInAnotherSession) {
  EXPECT_EQ(at("192.0.2.1", 1).bytes(), at("192.0.2.1", 1).bytes());
  EXPECT_NE(at("192.0.2.1", 1, 1).bytes(), at("192.0.2.1", 1).bytes());
  EXPECT_NE(at("192.0.2.1", 1, 1).bytes(), at("192.0.2.1", 1, 2).bytes());
  EXPECT_NE(at("192.0.2.1", 1, 1).bytes(), at("192.0.2.1", 1, 257).bytes());
}

TEST(Peer, IsCountedByItsDeviceOrItsNetwork) {
  EXPECT_EQ(at("192.0.2.1", 1).party(), at("192.0.2.1", 2).party());
  EXPECT_EQ(at("192.0.2.1", 1, 1, "a").party(), at("192.0.2.2", 2, 2, "a").party());
  EXPECT_NE(at("192.0.2.1", 1, 1, "a").party(), at("192.0.2.1", 1, 1, "b").party());
}

}  // namespace
}  // namespace terse::serve::coap
