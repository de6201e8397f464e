#include "terse/serve/coap/echo.h"

#include <gtest/gtest.h>

namespace terse::serve::coap {
namespace {

Peer at(int port) {
  return {.address = parse_socket_address({"192.0.2.1", port}, "test")};
}

TEST(CoapEcho, ProvesTheAddressAndPortForAWhile) {
  CoapEcho echo;
  CoapEcho::Clock::time_point now{std::chrono::hours(1)};
  EXPECT_FALSE(echo.is_proven(at(1), now));
  const CoapEcho::Value value = echo.challenge(at(1), now);
  echo.take(at(2), value, now);
  EXPECT_FALSE(echo.is_proven(at(2), now)) << "another port";
  auto wrong = value;
  wrong[7] ^= 1;
  echo.take(at(1), wrong, now);
  echo.take(at(1), {}, now);
  echo.take(at(1), std::span(value).first(7), now);
  EXPECT_FALSE(echo.is_proven(at(1), now));
  echo.take(at(1), value, now + std::chrono::minutes(3));
  EXPECT_FALSE(echo.is_proven(at(1), now)) << "too late";
  echo.take(at(1), value, now += std::chrono::seconds(30));
  EXPECT_TRUE(echo.is_proven(at(1), now));
  EXPECT_TRUE(echo.is_proven(at(1), now + std::chrono::minutes(4)));
  EXPECT_FALSE(echo.is_proven(at(1), now + std::chrono::minutes(5)));
}

TEST(CoapEcho, AnAcknowledgementOrASessionProvesItToo) {
  CoapEcho echo;
  const CoapEcho::Clock::time_point now{};
  echo.prove(at(1), now);
  EXPECT_TRUE(echo.is_proven(at(1), now));
  Peer of_session = at(2);
  of_session.reachable = true;
  EXPECT_TRUE(echo.is_proven(of_session, now));
}

}  // namespace
}  // namespace terse::serve::coap
