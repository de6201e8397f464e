// Against messages written out by hand.
#include "terse/airtime/envelope.h"

#include <gtest/gtest.h>

#include <string>

#include "terse/base/error.h"

namespace terse::airtime {
namespace {

std::size_t coap_bytes(const std::string& target) {
  return bytes_around({.carrier = Carrier::coap, .target = target}).coap;
}

TEST(BytesAround, AreThoseOfCoapWrittenOut) {
  // 52 02 00 01, token 7a 7b, b1 'm', 04 'pump', 46 "n=1000", ff.
  const std::string written("\x52\x02\x00\x01\x7a\x7b\xb1m\x04pump\x46n=1000\xff", 21);
  EXPECT_EQ(coap_bytes("m/pump?n=1000"), written.size());
  EXPECT_EQ(coap_bytes("/m/pump?n=1000"), written.size());
  // A second query is an option without a step.
  EXPECT_EQ(coap_bytes("m/pump?n=1000&reset"), written.size() + 6);
  // From 13 bytes on a length needs a byte of its own.
  EXPECT_EQ(coap_bytes("m/twelve-bytes"), 4U + 2 + 2 + 13 + 1);
  EXPECT_EQ(coap_bytes("m/thirteen-byte"), 4U + 2 + 2 + 15 + 1);
  EXPECT_EQ(coap_bytes("m/a%2Fb"), coap_bytes("m/a_b"));
  EXPECT_EQ(coap_bytes(""), 7U);
  EXPECT_THROW(coap_bytes("m/" + std::string(256, 'x')), base::OptionError);
}

TEST(BytesAround, AddUpToWhatTravels) {
  Envelope envelope{.target = "m/pump?n=1000"};
  EXPECT_EQ(4 + bytes_around(envelope).all(), 4U + 21 + 29 + 8 + 20);
  envelope.carrier = Carrier::coaps_short;
  EXPECT_LE(bytes_around(envelope).coap, 8U);
  EXPECT_EQ(bytes_around(envelope).all(), 7U + 29 + 8 + 20);
  envelope.ipv6 = true;
  EXPECT_EQ(bytes_around(envelope).all(), 7U + 29 + 8 + 40);
  envelope.carrier = Carrier::udp;
  EXPECT_EQ(bytes_around(envelope).all(), 48U);
  envelope.carrier = Carrier::none;
  EXPECT_EQ(bytes_around(envelope).all(), 0U);
}

TEST(CarrierOf, HasTheNamesBack) {
  for (const Carrier carrier :
       {Carrier::none, Carrier::udp, Carrier::coap, Carrier::coaps, Carrier::coaps_short}) {
    EXPECT_EQ(carrier_of(name_of(carrier)), carrier);
  }
  EXPECT_FALSE(carrier_of("pigeon").has_value());
}

}  // namespace
}  // namespace terse::airtime
