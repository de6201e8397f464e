#include "terse/serve/coap/message.h"
#include "terse/text/hex.h"

#include <gtest/gtest.h>

namespace terse::serve::coap {
namespace {

using Bytes = std::vector<std::uint8_t>;

// RFC 7252, appendix A, figure 17: GET /temperature, message id 0x7d35, token 0x20.
TEST(CoapMessage, TheExampleOfTheStandard) {
  const Bytes datagram = *text::from_hex("41017d3520bb74656d7065726174757265");
  CoapRequest request;
  ASSERT_EQ(read_coap(datagram, request), CoapReading::good);
  EXPECT_EQ(request.type, CoapType::confirmable);
  EXPECT_EQ(request.code, 1);
  EXPECT_EQ(request.message_id, 0x7d35);
  EXPECT_EQ(request.token.size, 1U);
  EXPECT_EQ(request.token.bytes[0], 0x20);
  EXPECT_EQ(request.path, "temperature");
  EXPECT_TRUE(request.payload.empty());
  // Its answer: 2.05 "22.3 C".
  CoapReply reply;
  reply.code = 0x45;
  reply.message_id = request.message_id;
  reply.token = request.token;
  reply.payload = "22.3 C";
  Bytes written;
  write_coap(reply, written);
  EXPECT_EQ(text::to_hex(written), "61457d3520ff32322e332043");
}

TEST(CoapMessage, OptionsWithLongDeltasAndLengths) {
  // PUT m/NAME of 20 bytes ? d=p, accept JSON, block1 0; payload 1 byte.
  const std::string name(20, 'x');
  Bytes datagram = *text::from_hex("40030001b16d0d07");
  datagram.insert(datagram.end(), name.begin(), name.end());
  const Bytes rest = *text::from_hex("43643d70213290ff07");
  datagram.insert(datagram.end(), rest.begin(), rest.end());
  CoapRequest request;
  // 0x90: delta 9 after 17 is option 26, elective and unknown: passed over.
  ASSERT_EQ(read_coap(datagram, request), CoapReading::good);
  EXPECT_EQ(request.path, "m/" + name);
  EXPECT_EQ(request.query("d"), "p");
  EXPECT_FALSE(request.query("n"));
  EXPECT_EQ(request.accept, 50U);
  EXPECT_FALSE(request.bad_option);
  ASSERT_EQ(request.payload.size(), 1U);
  EXPECT_EQ(request.payload[0], 7);
  // Option 2049 = 269 + 1780, odd: critical.
  ASSERT_EQ(read_coap(*text::from_hex("40030001e006f4"), request), CoapReading::good);
  EXPECT_TRUE(request.bad_option);
  // Block1 with number 1, more, 64 bytes: option 27.
  ASSERT_EQ(read_coap(*text::from_hex("40030001d10e1a"), request), CoapReading::good);
  EXPECT_EQ(request.block1, 0x1aU);
  EXPECT_FALSE(request.bad_option);
  // Block2 with number 2 and 32 bytes: option 23. Echo: option 252.
  const Bytes with_echo = *text::from_hex("40010001d10a21d3d8aabbcc");
  ASSERT_EQ(read_coap(with_echo, request), CoapReading::good);
  EXPECT_EQ(request.block2, 0x21U);
  ASSERT_EQ(request.echo.size(), 3U);
  EXPECT_EQ(request.echo[2], 0xcc);
  EXPECT_FALSE(request.bad_option);
  // No-Response is option 258, elective: passed over if it is too long (section 5.4.3).
  ASSERT_EQ(read_coap(*text::from_hex("40030001d1f51a"), request), CoapReading::good);
  EXPECT_EQ(request.unwanted, 26U);
  ASSERT_EQ(read_coap(*text::from_hex("40030001d5f50102030405"), request), CoapReading::good);
  EXPECT_EQ(request.unwanted, 0U);
  EXPECT_FALSE(request.bad_option);
}

TEST(CoapMessage, WhatCannotBeRead) {
  CoapRequest request;
  for (const char* noise : {"", "40", "400300", "00030001", "c0030001"}) {
    EXPECT_EQ(read_coap(*text::from_hex(noise), request), CoapReading::noise) << noise;
  }
  // Token too long, token cut, option cut, reserved nibbles, marker without payload, content in an
  // empty message.
  for (const char* bad : {"49030001010203040506070809", "4403000101", "40030001b5aa", "40030001f0",
                          "400300010f", "40030001d0", "40030001e001", "40030001ff", "4000000100"}) {
    EXPECT_EQ(read_coap(*text::from_hex(bad), request), CoapReading::malformed) << bad;
    EXPECT_EQ(request.message_id, 1) << bad;
  }
  EXPECT_EQ(read_coap(*text::from_hex("40000001"), request), CoapReading::good);
}

TEST(CoapMessage, TheSubjectIsOfMethodPathQueriesAndAccept) {
  const auto subject = [](const char* hex) {
    CoapRequest request;
    EXPECT_EQ(read_coap(*text::from_hex(hex), request), CoapReading::good) << hex;
    return request.subject();
  };
  const auto first = subject("40010001b164017843643d7030");
  EXPECT_EQ(subject("41010002aab164017843643d7030"), first) << "message id and token";
  EXPECT_EQ(subject("40010001b164017843643d7030810a"), first) << "Block2";
  EXPECT_NE(subject("40020001b164017843643d7030"), first) << "method";
  EXPECT_NE(subject("40010001b164017943643d7030"), first) << "path";
  EXPECT_NE(subject("40010001b164017843643d7130"), first) << "query";
  EXPECT_NE(subject("40010001b164017843643d702132"), first) << "Accept";
}

TEST(CoapMessage, RepliesCarryTheirOptionsInOrder) {
  CoapReply reply;
  reply.type = CoapType::non_confirmable;
  reply.code = 0x45;
  reply.message_id = 0x0102;
  reply.observe = 300;
  reply.content_format = 0;
  reply.max_age = 1;
  reply.block1 = 0x1a;
  reply.etag = 0x1234;
  reply.block2 = 0x0e;
  const Bytes echo = {9, 8};
  reply.echo = echo;
  Bytes written;
  write_coap(reply, written);
  EXPECT_EQ(text::to_hex(written), "5045010242123422012c602101910e411ad2d40908");
  CoapRequest read;
  ASSERT_EQ(read_coap(written, read), CoapReading::good);
  EXPECT_EQ(read.observe, 300U);
  EXPECT_EQ(read.content_format, 0U);
  EXPECT_EQ(read.block1, 0x1aU);
  EXPECT_EQ(read.block2, 0x0eU);
  EXPECT_EQ(read.echo.size(), 2U);
}

}  // namespace
}  // namespace terse::serve::coap
