#include "terse/serve/dtls/records.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace terse::serve::dtls {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes record(std::uint8_t epoch, std::size_t size) {
  Bytes made(13 + size, 7);
  const std::array<std::uint8_t, 13> head = {
      22, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(size)};
  std::ranges::copy(head, made.begin());
  return made;
}

Bytes together(std::initializer_list<Bytes> records) {
  Bytes all;
  for (const Bytes& each : records) {
    for (const std::uint8_t byte : each) all.push_back(byte);
  }
  return all;
}

TEST(HandshakeRecords, OnlySoManyOfTheNextEpochAreLetThrough) {
  unsigned left = 2;
  const Bytes first = record(0, 5);
  const Bytes next = record(1, 40);
  EXPECT_EQ(handshake_records(together({first, next, first}), left),
            together({first, next, first}));
  EXPECT_EQ(left, 1U);
  EXPECT_EQ(handshake_records(together({next, next, next, first}), left), together({next, first}));
  EXPECT_EQ(left, 0U);
  EXPECT_EQ(handshake_records(together({next, first}), left), first);
  EXPECT_EQ(left, 0U);
}

TEST(HandshakeRecords, WhatIsNoRecordIsDroppedWithWhatFollows) {
  unsigned left = 9;
  const Bytes good = record(0, 5);
  EXPECT_EQ(handshake_records(together({good, Bytes(2, 22)}), left), good);
  Bytes long_one = record(0, 5);
  long_one[12] = 6;
  EXPECT_EQ(handshake_records(together({good, long_one}), left), good);
  EXPECT_EQ(handshake_records(together({good, record(2, 3), good}), left), good);
  EXPECT_TRUE(handshake_records(Bytes(), left).empty());
}

}  // namespace
}  // namespace terse::serve::dtls
