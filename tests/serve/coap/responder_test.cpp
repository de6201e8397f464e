#include "terse/serve/coap/responder.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "terse/serve/coap/response.h"
#include "terse/text/hex.h"

namespace terse::serve::coap {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Keeps what was sent.
class Sent : public Transport {
 public:
  int port() const override { return 0; }
  int descriptor() const override { return -1; }
  bool receive(const Take&) override { return false; }
  void send(const Peer&, std::span<const std::uint8_t> message) override {
    messages.emplace_back(message.begin(), message.end());
  }
  void flush() override {}

  std::vector<Bytes> messages;
};

class ResponderTest : public ::testing::Test {
 protected:
  /// A confirmable request of method and path m/x with more options after it, as hex.
  Asker ask(std::uint8_t method, const std::string& options = "") {
    datagram = *text::from_hex("41000001aab16d0178" + options);
    datagram[1] = method;
    EXPECT_EQ(read_coap(datagram, request), CoapReading::good);
    return {peer, request, datagram.size()};
  }
  /// The only message since it was called last, as it is read.
  CoapRequest answer() {
    EXPECT_EQ(transport.messages.size(), 1U);
    last = transport.messages.empty() ? Bytes() : transport.messages.back();
    transport.messages.clear();
    CoapRequest read;
    EXPECT_EQ(read_coap(last, read), CoapReading::good);
    return read;
  }
  static std::string body_of(const CoapRequest& read) {
    return {read.payload.begin(), read.payload.end()};
  }

  Sent transport;
  Responder responder{transport, [](const Peer&) { return std::uint16_t{7}; }};
  Peer peer{.address = parse_socket_address({"192.0.2.1", 1}, "test")};
  Bytes datagram;
  Bytes last;
  CoapRequest request;
};

TEST_F(ResponderTest, AnAnswerOfUpToThreeTimesTheRequestNeedsNoProof) {
  const Asker asker = ask(method_get);
  for (std::size_t size = 0; size < 100; ++size) {
    const std::string body(size, 'x');
    responder.respond(asker, {.code = coap_code(2, 5), .body = body});
    const CoapRequest said = answer();
    EXPECT_LE(last.size(), 3 * datagram.size());
    if (said.code == coap_code(2, 5)) {
      EXPECT_EQ(body_of(said), body);
    } else {
      EXPECT_EQ(said.code, coap_code(4, 1));
      EXPECT_EQ(said.echo.size(), 8U);
      EXPECT_GT(size + 6, 2 * datagram.size()) << "challenged only where it must be";
    }
  }
}

TEST_F(ResponderTest, WhoRepeatsTheEchoGetsTheLongAnswer) {
  const std::string body(500, 'x');
  responder.respond(ask(method_get), {.code = coap_code(2, 5), .body = body});
  const CoapRequest challenged = answer();
  const Bytes echo(challenged.echo.begin(), challenged.echo.end());
  responder.echo().take(peer, echo, Responder::Clock::now());
  responder.respond(ask(method_get), {.code = coap_code(2, 5), .body = body});
  EXPECT_EQ(body_of(answer()), body);
}

TEST_F(ResponderTest, WhatCannotBeAskedAgainLosesItsBody) {
  responder.respond(ask(method_post), {.code = coap_code(4, 22),
                                       .body = std::string_view("a reason that is too long "
                                                                "for a request so short"),
                                       .format = text_format});
  const CoapRequest said = answer();
  EXPECT_EQ(said.code, coap_code(4, 22));
  EXPECT_TRUE(said.payload.empty());
  EXPECT_FALSE(said.content_format);
}

TEST_F(ResponderTest, ALongAnswerComesInBlocksOfOneRepresentation) {
  peer.reachable = true;
  const std::string body = std::string(1024, 'a') + std::string(1024, 'b') + "c";
  responder.respond(ask(method_post), {.code = coap_code(2, 4), .body = body});
  EXPECT_EQ(answer().block2, 0x0eU);
  // The others are asked for without the payload; nothing is computed again for them.
  ASSERT_TRUE(responder.respond_later_block(ask(method_post, "c11e")));
  CoapRequest said = answer();
  EXPECT_EQ(said.block2, 0x1eU);
  EXPECT_EQ(body_of(said), std::string(1024, 'b'));
  ASSERT_TRUE(responder.respond_later_block(ask(method_post, "c126")));
  said = answer();
  EXPECT_EQ(said.block2, 0x26U);
  EXPECT_EQ(body_of(said), "c");
  ASSERT_TRUE(responder.respond_later_block(ask(method_post, "c136")));
  EXPECT_EQ(answer().code, coap_code(4, 0));
  // Of another request, or for another peer, nothing is known.
  EXPECT_FALSE(responder.respond_later_block(ask(method_put, "c11e")));
  peer.address = parse_socket_address({"192.0.2.2", 1}, "test");
  EXPECT_FALSE(responder.respond_later_block(ask(method_post, "c11e")));
}

TEST_F(ResponderTest, SmallBlocksNeedNoProof) {
  const std::string body(300, 'x');
  responder.respond(ask(method_get, "c0"), {.code = coap_code(2, 5), .body = body});
  const CoapRequest said = answer();
  EXPECT_EQ(said.code, coap_code(2, 5));
  EXPECT_EQ(said.block2, 0x08U);
  EXPECT_EQ(said.payload.size(), 16U);
}

TEST_F(ResponderTest, WhatIsUnwantedIsNotSaid) {
  // No-Response of 2.xx: option 258.
  responder.respond(ask(method_get, "d1ea02"), {.code = coap_code(2, 5), .body = "x"});
  EXPECT_EQ(answer().code, 0) << "an empty acknowledgement";
  datagram[0] = 0x51;
  ASSERT_EQ(read_coap(datagram, request), CoapReading::good);
  responder.respond({peer, request, datagram.size()}, {.code = coap_code(2, 5), .body = "x"});
  EXPECT_TRUE(transport.messages.empty());
  responder.respond({peer, request, datagram.size()}, {.code = coap_code(4, 4)});
  EXPECT_EQ(answer().message_id, 7);
}

TEST_F(ResponderTest, ANotificationOfAWantedBlockSizeLeavesTheRestToBeAsked) {
  peer.reachable = true;
  CoapReply reply;
  reply.code = coap_code(2, 5);
  reply.observe = 5;
  const std::string body = std::string(64, 'a') + "b";
  // The registration asked for block 0 of 64 bytes.
  const Asker registered = ask(method_get, "c102");
  responder.notify(peer, reply, body, registered.block2, registered.subject);
  CoapRequest said = answer();
  EXPECT_EQ(said.observe, 5U);
  EXPECT_EQ(said.block2, 0x0aU);
  ASSERT_TRUE(responder.respond_later_block(ask(method_get, "c112")));
  said = answer();
  EXPECT_EQ(body_of(said), "b");
  EXPECT_FALSE(said.observe);
}

}  // namespace
}  // namespace terse::serve::coap
