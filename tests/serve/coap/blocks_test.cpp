#include "terse/serve/coap/blocks.h"

#include <gtest/gtest.h>

#include <numeric>

namespace terse::serve::coap {
namespace {

using Added = CoapBodies::Added;
using Clock = CoapBodies::Clock;

std::vector<std::uint8_t> counting(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

class CoapBodiesTest : public ::testing::Test {
 protected:
  Added add(CoapBodies& bodies, const std::string& name, std::uint32_t number, bool more,
            const std::vector<std::uint8_t>& payload) {
    return bodies.add(name, {number, more, 16}, payload, now, body);
  }
  Clock::time_point now{};
  std::vector<std::uint8_t> body;
};

TEST(CoapBlock, IsReadAsRfc7959WritesIt) {
  // The examples of section 2.2 and figure 8: 1:0/1/128 is 0x0b, 1:3/0/128 is 0x33.
  EXPECT_EQ(read_block(0x0b)->number, 0U);
  EXPECT_TRUE(read_block(0x0b)->more);
  EXPECT_EQ(read_block(0x0b)->bytes, 128U);
  EXPECT_EQ(read_block(0x33)->number, 3U);
  EXPECT_FALSE(read_block(0x33)->more);
  EXPECT_EQ(read_block(6)->bytes, 1024U);
  EXPECT_EQ(read_block(7), std::nullopt);
}

TEST_F(CoapBodiesTest, PutsBlocksTogetherAlsoThoseThatComeAgain) {
  CoapBodies bodies;
  const auto whole = counting(40);
  const std::vector first(whole.begin(), whole.begin() + 16);
  const std::vector second(whole.begin() + 16, whole.begin() + 32);
  const std::vector last(whole.begin() + 32, whole.end());
  EXPECT_EQ(add(bodies, "a", 0, true, first), Added::more);
  EXPECT_EQ(add(bodies, "b", 0, true, second), Added::more);
  EXPECT_EQ(add(bodies, "a", 1, true, second), Added::more);
  EXPECT_EQ(add(bodies, "a", 1, true, second), Added::more);
  EXPECT_EQ(bodies.bytes(), 48U);
  EXPECT_EQ(add(bodies, "a", 2, false, last), Added::whole);
  EXPECT_EQ(body, whole);
  EXPECT_EQ(bodies.bytes(), 16U);
  EXPECT_EQ(add(bodies, "b", 1, false, {}), Added::whole);
  EXPECT_EQ(body, second);
  EXPECT_EQ(bodies.bytes(), 0U);
}

TEST_F(CoapBodiesTest, RefusesGapsOtherBytesAndWrongSizes) {
  CoapBodies bodies;
  EXPECT_EQ(add(bodies, "a", 1, true, counting(16)), Added::incomplete);
  EXPECT_EQ(add(bodies, "a", 0, true, counting(15)), Added::malformed);
  EXPECT_EQ(add(bodies, "a", 0, false, counting(17)), Added::malformed);
  EXPECT_EQ(add(bodies, "a", 0, true, counting(16)), Added::more);
  EXPECT_EQ(add(bodies, "a", 2, true, counting(16)), Added::incomplete);
  EXPECT_EQ(add(bodies, "a", 1, true, counting(16)), Added::more);
  EXPECT_EQ(add(bodies, "a", 1, true, std::vector<std::uint8_t>(16)), Added::incomplete);
  EXPECT_EQ(add(bodies, "a", 0xfffff, true, counting(16)), Added::too_large);
  EXPECT_EQ(add(bodies, "a", 2, true, counting(16)), Added::incomplete);
}

TEST_F(CoapBodiesTest, MemoryIsBounded) {
  CoapBodies bodies({.body_bytes_max = 64, .bodies_bytes_max = 256, .bodies_max = 8});
  for (int i = 0; i < 1000; ++i) {
    for (std::uint32_t number = 0; number < 4; ++number) {
      add(bodies, std::to_string(i), number, true, counting(16));
      EXPECT_LE(bodies.bytes(), 256U);
    }
    EXPECT_EQ(add(bodies, std::to_string(i), 4, true, counting(16)), Added::too_large);
  }
  for (int i = 0; i < 100; ++i) add(bodies, std::to_string(i), 0, true, counting(16));
  EXPECT_LE(bodies.bytes(), 8 * 16U);
  now += CoapBodies::lifetime + std::chrono::seconds(1);
  add(bodies, "new", 0, true, counting(16));
  EXPECT_EQ(bodies.bytes(), 16U);
}

TEST(CoapBlocks, ABodyIsCutAsTheClientAsks) {
  std::string body;
  for (int i = 0; i < 1500; ++i) body += static_cast<char>('a' + i % 26);
  const auto first = cut(body, std::nullopt);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->part, body.substr(0, 1024));
  EXPECT_EQ(first->block2, 0x0eU);
  EXPECT_TRUE(first->more);
  for (std::uint32_t exponent = 0; exponent <= 6; ++exponent) {
    std::string whole;
    bool more = true;
    for (std::uint32_t number = 0; more; ++number) {
      const auto part = cut(body, number << 4 | exponent);
      ASSERT_TRUE(part.has_value());
      more = part->more;
      EXPECT_EQ(part->part.size() == 16U << exponent || !more, true);
      EXPECT_EQ(part->block2, number << 4 | (more ? 8U : 0U) | exponent);
      whole += part->part;
    }
    EXPECT_EQ(whole, body);
  }
  EXPECT_FALSE(cut(body, 94U << 4)) << "beyond the end";
  EXPECT_FALSE(cut(body, 0xffffff6U));
  EXPECT_FALSE(cut(body, 7)) << "the reserved size";
}

TEST(CoapBlocks, AShortBodyIsWholeAndSaysSoOnlyWhenAsked) {
  EXPECT_EQ(cut("short", std::nullopt)->part, "short");
  EXPECT_FALSE(cut("short", std::nullopt)->block2);
  EXPECT_FALSE(cut(std::string(1024, 'x'), std::nullopt)->block2);
  EXPECT_EQ(cut("short", 2)->block2, 2U) << "early negotiation";
  EXPECT_EQ(cut("", 2)->block2, 2U);
  EXPECT_FALSE(cut("", 0x12)) << "there is one block, if an empty one";
}

}  // namespace
}  // namespace terse::serve::coap
