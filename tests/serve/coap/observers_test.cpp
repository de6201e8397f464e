#include "terse/serve/coap/observers.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace terse::serve::coap {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = CoapObservers::Clock;
using State = CoapObservers::State;

Peer peer(std::uint16_t port, const std::string& host = "192.0.2.1") {
  return {.address = parse_socket_address({host, port}, "test")};
}

CoapToken token(std::uint8_t byte) {
  CoapToken made;
  made.bytes[0] = byte;
  made.size = 1;
  return made;
}

State state(float prediction) {
  store::Row row;
  row.prediction = prediction;
  return std::make_shared<const store::Row>(row);
}

/// RFC 7641, section 3.4: whether V2 is fresher than V1, within 128 seconds.
bool is_fresher(std::uint32_t v2, std::uint32_t v1) {
  return (v1 < v2 && v2 - v1 < 1U << 23) || (v1 > v2 && v1 - v2 > 1U << 23);
}

class CoapObserversTest : public ::testing::Test {
 protected:
  CoapObservers make(const CoapObserverLimits& limits = {}, std::uint64_t begin = 0) {
    return {limits, begin, now, [this](const std::string& each) { unobserved.push_back(each); }};
  }
  /// Registers and opens; gives the response's sequence number.
  std::uint32_t open(CoapObservers& observers, const CoapObservers::Observer& observer) {
    EXPECT_TRUE(observers.add(observer, now));
    const auto sequence = observers.open(observer, state(0), now);
    EXPECT_TRUE(sequence.has_value());
    return sequence.value_or(0);
  }
  /// Lets time pass until something is due; gives it and how long that took.
  std::pair<std::vector<CoapObservers::Notification>, Clock::duration> next(
      CoapObservers& observers) {
    const auto due = observers.next_due();
    if (!due) return {};
    const auto waited = std::max(*due - now, Clock::duration(0));
    now += waited;
    return {observers.collect(now), waited};
  }

  Clock::time_point now{hours(1)};
  std::vector<std::string> unobserved;
  const CoapObservers::Observer first{peer(1000), token(1), "d/pump"};
};

TEST_F(CoapObserversTest, SendsTheNewestStateOnceOpened) {
  CoapObservers observers = make();
  ASSERT_TRUE(observers.add(first, now));
  observers.change("d/pump", state(1));
  EXPECT_TRUE(observers.collect(now).empty());
  // What came between the registration and its answer is in the answer.
  const auto answered = observers.open(first, state(0), now);
  EXPECT_EQ(observers.state_of("d/pump")->prediction, 1.0F);
  EXPECT_TRUE(observers.collect(now).empty());
  observers.change("d/other", state(8));
  observers.change("d/pump", state(2));
  observers.change("d/pump", state(3));
  const auto sent = observers.collect(now);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].state->prediction, 3.0F);
  EXPECT_TRUE(sent[0].confirmable);
  EXPECT_TRUE(is_fresher(sent[0].sequence, *answered));
  EXPECT_EQ(sent[0].to.token.bytes[0], 1);
}

TEST_F(CoapObserversTest, OneConfirmableNotificationAtATime) {
  CoapObservers observers = make();
  open(observers, first);
  observers.change("d/pump", state(1));
  const auto sent = observers.collect(now);
  ASSERT_EQ(sent.size(), 1U);
  for (int i = 2; i < 10; ++i) observers.change("d/pump", state(static_cast<float>(i)));
  now += milliseconds(40);
  EXPECT_TRUE(observers.collect(now).empty());
  observers.acknowledge(first.peer, static_cast<std::uint16_t>(sent[0].message_id + 1), now);
  observers.acknowledge(peer(1001), sent[0].message_id, now);
  EXPECT_TRUE(observers.collect(now).empty());
  observers.acknowledge(first.peer, sent[0].message_id, now);
  const auto newest = observers.collect(now);
  ASSERT_EQ(newest.size(), 1U);
  EXPECT_EQ(newest[0].state->prediction, 9.0F);
  EXPECT_FALSE(newest[0].confirmable);
  EXPECT_NE(newest[0].message_id, sent[0].message_id);
  // The round trip took 40 ms: nothing sooner than that.
  observers.change("d/pump", state(10));
  EXPECT_TRUE(observers.collect(now + milliseconds(39)).empty());
  EXPECT_EQ(observers.collect(now + milliseconds(40)).size(), 1U);
}

TEST_F(CoapObserversTest, EveryFifthNotificationIsConfirmable) {
  CoapObservers observers = make();
  open(observers, first);
  std::string kinds;
  for (int i = 0; i < 12; ++i) {
    observers.change("d/pump", state(static_cast<float>(i)));
    const auto sent = next(observers).first;
    ASSERT_EQ(sent.size(), 1U);
    kinds += sent[0].confirmable ? 'C' : 'n';
    now += milliseconds(5);
    observers.acknowledge(first.peer, sent[0].message_id, now);
  }
  EXPECT_EQ(kinds, "CnnnnCnnnnCn");
}

TEST_F(CoapObserversTest, OneConfirmableNotificationADayAlsoWithoutNews) {
  CoapObservers observers = make();
  open(observers, first);
  auto [sent, waited] = next(observers);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(waited, hours(24));
  EXPECT_TRUE(sent[0].confirmable);
  observers.acknowledge(first.peer, sent[0].message_id, now);
  now += hours(1);
  observers.change("d/pump", state(1));
  EXPECT_FALSE(next(observers).first.at(0).confirmable);
  std::tie(sent, waited) = next(observers);
  EXPECT_EQ(waited, hours(23));
  EXPECT_TRUE(sent.at(0).confirmable);
}

// RFC 7252, section 4.2: after 2 to 3 seconds, then twice as long each time, four times.
TEST_F(CoapObserversTest, RetransmitsWithBackOffThenGivesUp) {
  CoapObservers observers = make();
  open(observers, first);
  observers.change("d/pump", state(1));
  const auto original = observers.collect(now).at(0);
  Clock::duration timeout{};
  for (int transmission = 1; transmission <= 4; ++transmission) {
    const auto [again, waited] = next(observers);
    ASSERT_EQ(again.size(), 1U);
    if (transmission == 1) {
      EXPECT_GE(waited, milliseconds(2000));
      EXPECT_LE(waited, milliseconds(3000));
    } else {
      EXPECT_EQ(waited, 2 * timeout);
    }
    timeout = waited;
    EXPECT_TRUE(again[0].again && again[0].confirmable);
    EXPECT_EQ(again[0].message_id, original.message_id);
    EXPECT_EQ(again[0].sequence, original.sequence);
  }
  EXPECT_EQ(observers.size(), 1U);
  const auto [none, waited] = next(observers);
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(waited, 2 * timeout);
  EXPECT_EQ(observers.size(), 0U);
  EXPECT_EQ(unobserved, std::vector<std::string>{"d/pump"});
  EXPECT_FALSE(observers.next_due().has_value());
}

// RFC 7641, section 4.5.2: the newest state, as a new message, under the time-out of the old one.
TEST_F(CoapObserversTest, ARetransmissionCarriesTheNewestState) {
  CoapObservers observers = make();
  open(observers, first);
  observers.change("d/pump", state(1));
  const auto original = observers.collect(now).at(0);
  observers.change("d/pump", state(2));
  const auto [second, waited] = next(observers);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].state->prediction, 2.0F);
  EXPECT_NE(second[0].message_id, original.message_id);
  EXPECT_TRUE(is_fresher(second[0].sequence, original.sequence));
  EXPECT_EQ(next(observers).second, 2 * waited);
  observers.acknowledge(first.peer, second[0].message_id, now);
  EXPECT_EQ(observers.size(), 1U);
  // Of a retransmitted message the round trip is not known: three seconds between notifications.
  observers.change("d/pump", state(3));
  EXPECT_EQ(next(observers).second, seconds(3));
}

TEST_F(CoapObserversTest, AResetOfAnyNotificationEndsIt) {
  CoapObservers observers = make();
  const CoapObservers::Observer second{peer(1000), token(2), "d/pump"};
  open(observers, first);
  open(observers, second);
  observers.change("d/pump", state(1));
  auto sent = observers.collect(now);
  ASSERT_EQ(sent.size(), 1U);
  observers.reset(peer(1001), sent[0].message_id);
  EXPECT_EQ(observers.size(), 2U);
  observers.reset(sent[0].to.peer, sent[0].message_id);
  EXPECT_EQ(observers.size(), 1U);
  EXPECT_TRUE(unobserved.empty());
  // The turn of the other one comes.
  sent = next(observers).first;
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].to.token.bytes[0], 2);
  observers.acknowledge(sent[0].to.peer, sent[0].message_id, now);
  observers.change("d/pump", state(2));
  sent = observers.collect(now);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_FALSE(sent[0].confirmable);
  observers.reset(sent[0].to.peer, sent[0].message_id);
  EXPECT_EQ(observers.size(), 0U);
  EXPECT_EQ(unobserved.size(), 1U);
}

// NSTART = 1: RFC 7252, section 4.7; RFC 7641, section 4.5.1.
TEST_F(CoapObserversTest, APeerHasOneConfirmableNotificationUnderWayWhateverItObserves) {
  CoapObservers observers = make();
  for (std::uint8_t i = 0; i < 8; ++i) {
    open(observers, {peer(1000), token(i), i % 2 == 0 ? "d/pump" : "m/wear"});
  }
  open(observers, {peer(1001), token(1), "d/pump"});
  observers.change("d/pump", state(1));
  observers.change("m/wear", state(1));
  auto sent = observers.collect(now);
  ASSERT_EQ(sent.size(), 2U) << "one for each peer";
  std::set<std::uint8_t> tokens;
  for (int told = 1; told <= 8; ++told) {
    const auto mine = std::ranges::find_if(
        sent, [&](const auto& each) { return each.to.peer.bytes() == peer(1000).bytes(); });
    ASSERT_NE(mine, sent.end());
    EXPECT_TRUE(mine->confirmable && !mine->again);
    tokens.insert(mine->to.token.bytes[0]);
    now += milliseconds(20);
    EXPECT_TRUE(observers.collect(now).empty()) << "the others wait for the acknowledgement";
    EXPECT_TRUE(observers.acknowledge(peer(1000), mine->message_id, now));
    sent = observers.collect(now);
    EXPECT_EQ(sent.size(), told == 8 ? 0U : 1U);
  }
  EXPECT_EQ(tokens.size(), 8U) << "each has its turn";
}

TEST_F(CoapObserversTest, NotificationsOfOnePeerAreSpacedByTheRoundTrip) {
  CoapObservers observers = make();
  const CoapObservers::Observer second{peer(1000), token(2), "d/pump"};
  open(observers, first);
  open(observers, second);
  for (int i = 0; i < 2; ++i) {
    observers.change("d/pump", state(1));
    const auto sent = next(observers).first;
    now += milliseconds(50);
    observers.acknowledge(first.peer, sent.at(0).message_id, now);
    const auto other = next(observers).first;
    now += milliseconds(50);
    observers.acknowledge(first.peer, other.at(0).message_id, now);
  }
  observers.change("d/pump", state(2));
  auto [sent, waited] = next(observers);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_FALSE(sent[0].confirmable);
  std::tie(sent, waited) = next(observers);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_GE(waited, milliseconds(50));
}

TEST_F(CoapObserversTest, WhatAPeerObservesEndsWithIt) {
  CoapObservers observers = make();
  open(observers, first);
  open(observers, {first.peer, token(2), "m/wear"});
  open(observers, {peer(1001), token(2), "m/wear"});
  observers.change("m/wear", state(1));
  observers.remove_all(first.peer);
  observers.remove_all(peer(1002));
  EXPECT_EQ(observers.size(), 1U);
  EXPECT_EQ(unobserved, std::vector<std::string>{"d/pump"});
  EXPECT_EQ(observers.collect(now).size(), 1U);
}

TEST_F(CoapObserversTest, TheSamePeerAndTokenAreOneObserver) {
  CoapObservers observers = make();
  const std::uint32_t before = open(observers, first);
  const std::uint32_t again = open(observers, first);
  EXPECT_TRUE(is_fresher(again, before));
  EXPECT_EQ(observers.size(), 1U);
  const CoapObservers::Observer elsewhere{first.peer, first.token, "m/wear"};
  EXPECT_TRUE(is_fresher(open(observers, elsewhere), again));
  EXPECT_EQ(observers.size(), 1U);
  EXPECT_EQ(unobserved, std::vector<std::string>{"d/pump"});
  observers.remove(first.peer, token(9));
  EXPECT_EQ(observers.size(), 1U);
  observers.remove(first.peer, first.token);
  EXPECT_EQ(observers.size(), 0U);
  EXPECT_FALSE(observers.open(first, state(0), now).has_value());
}

TEST_F(CoapObserversTest, SequenceNumbersGrowOverTheEndOf24Bits) {
  // As milliseconds since 1970 that end on ...fffffe.
  CoapObservers observers = make({}, 0x18a00fffffeULL);
  std::uint32_t last = open(observers, first);
  bool wrapped = false;
  for (int i = 0; i < 40; ++i) {
    now += milliseconds(i % 3);
    observers.change("d/pump", state(1));
    const auto sent = next(observers).first;
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_LT(sent[0].sequence, 1U << 24);
    EXPECT_TRUE(is_fresher(sent[0].sequence, last)) << sent[0].sequence << ' ' << last;
    wrapped = wrapped || sent[0].sequence < last;
    last = sent[0].sequence;
    observers.acknowledge(first.peer, sent[0].message_id, now);
  }
  EXPECT_TRUE(wrapped);
}

TEST_F(CoapObserversTest, TakesSoManyInAllAndFromOneParty) {
  CoapObservers observers = make({.observers_max = 5, .of_party_max = 3});
  for (std::uint16_t port = 1; port <= 3; ++port) {
    EXPECT_TRUE(observers.add({peer(port), token(1), "d/a"}, now));
  }
  EXPECT_FALSE(observers.add({peer(4), token(1), "d/a"}, now));
  EXPECT_FALSE(observers.add({peer(1), token(2), "d/a"}, now));
  EXPECT_TRUE(observers.add({peer(3), token(1), "d/a"}, now));
  EXPECT_TRUE(observers.add({peer(1, "2001:db8::1"), token(1), "d/a"}, now));
  EXPECT_TRUE(observers.add({peer(1, "2001:db8:0:1::2"), token(1), "d/a"}, now));
  EXPECT_FALSE(observers.add({peer(1, "2001:db8:0:3::3"), token(1), "d/a"}, now));
  observers.remove(peer(2), token(1));
  EXPECT_TRUE(observers.add({peer(4), token(1), "d/a"}, now));
  EXPECT_EQ(observers.size(), 5U);
}

TEST_F(CoapObserversTest, TenAddressesLeaveRoomForOthers) {
  CoapObservers observers = make();
  std::size_t taken = 0;
  for (int address = 1; address <= 10; ++address) {
    for (int i = 0; i < 2000; ++i) {
      const auto port = static_cast<std::uint16_t>(1 + i / 200);
      taken += observers.add({peer(port, "192.0.2." + std::to_string(address)),
                              token(static_cast<std::uint8_t>(i % 200)), "d/a"},
                             now);
    }
  }
  for (int i = 0; i < 2000; ++i) {
    taken += observers.add({peer(1, fmt::format("2001:db8::{:x}", i + 1)), token(1), "d/a"}, now);
  }
  EXPECT_EQ(taken, 11U * 16U) << "and a network of IPv6 is one";
  EXPECT_TRUE(observers.add({peer(1, "198.51.100.1"), token(1), "d/a"}, now));
}

}  // namespace
}  // namespace terse::serve::coap
