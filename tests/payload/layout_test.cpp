#include "terse/payload/layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "terse/base/random.h"
#include "terse/text/hex.h"

namespace terse::payload {
namespace {

using quantize::Code;
using Bytes = std::vector<std::uint8_t>;

constexpr Packing both_packings[] = {Packing::bits, Packing::radix};
constexpr Code untouched = 0xEE;

nlohmann::json vectors() {
  std::ifstream file(TERSE_SOURCE_DIR "/docs/payload-vectors.json");
  return nlohmann::json::parse(file);
}

Layout layout_of(const nlohmann::json& vector) {
  const auto packing = vector["packing"] == "bits" ? Packing::bits : Packing::radix;
  std::optional<std::uint8_t> tag;
  if (!vector["tag"].is_null()) tag = vector["tag"].get<std::uint8_t>();
  return {packing, vector["levels"].get<std::vector<std::size_t>>(), tag};
}

Bytes from_hex(const std::string& digits) {
  Bytes bytes;
  for (std::size_t place = 0; place < digits.size(); place += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(place, 2), nullptr, 16)));
  }
  return bytes;
}

Bytes packed(const Layout& layout, const std::vector<Code>& codes) {
  Bytes payload(layout.bytes(), 0xAA);
  layout.pack(codes, payload);
  return payload;
}

std::vector<Code> random_codes(base::Random& random, const std::vector<std::size_t>& levels) {
  std::vector<Code> codes;
  for (const std::size_t count : levels) codes.push_back(static_cast<Code>(random.below(count)));
  return codes;
}

TEST(Layout, PacksAndUnpacksThePublishedVectors) {
  const auto messages = vectors()["messages"];
  ASSERT_GE(messages.size(), 30U);
  for (const auto& vector : messages) {
    SCOPED_TRACE(vector["name"].get<std::string>());
    const Layout layout = layout_of(vector);
    const auto codes = vector["codes"].get<std::vector<Code>>();
    const Bytes payload = from_hex(vector["payload"]);
    EXPECT_EQ(layout.bits(), vector["bits"].get<std::size_t>());
    ASSERT_EQ(layout.bytes(), payload.size());
    EXPECT_EQ(packed(layout, codes), payload);
    std::vector<Code> found(codes.size(), untouched);
    EXPECT_EQ(layout.unpack(payload, found), Status::ok);
    EXPECT_EQ(found, codes);
  }
}

TEST(Layout, RefusesThePublishedVectorsAndWritesNothing) {
  const std::vector<std::pair<std::string, Status>> names = {
      {"wrong_length", Status::wrong_length},
      {"wrong_tag", Status::wrong_tag},
      {"impossible_code", Status::impossible_code},
      {"nonzero_fill", Status::nonzero_fill}};
  const auto refused = vectors()["refused"];
  for (const auto& [name, status] : names) {
    std::size_t checked = 0;
    for (const auto& vector : refused) {
      if (vector["status"] != name) continue;
      const Layout layout = layout_of(vector);
      std::vector<Code> codes(layout.features(), untouched);
      EXPECT_EQ(layout.unpack(from_hex(vector["payload"]), codes), status) << vector["name"];
      EXPECT_EQ(codes, std::vector<Code>(layout.features(), untouched)) << vector["name"];
      ++checked;
    }
    EXPECT_GE(checked, 2U) << name;
  }
}

TEST(Layout, KnowsItsSize) {
  const std::vector<std::size_t> levels = {1, 3, 5, 256};
  EXPECT_EQ(Layout(Packing::bits, levels).bits(), 13U);
  EXPECT_EQ(Layout(Packing::bits, levels).bytes(), 2U);
  EXPECT_EQ(Layout(Packing::radix, levels).bits(), 12U);  // 3840 messages
  EXPECT_EQ(Layout(Packing::radix, levels, 9).bits(), 12U);
  EXPECT_EQ(Layout(Packing::radix, levels, 9).bytes(), 3U);
  // 5^3 = 125 fits 7 bits where bits takes 9; 2^64 messages are exactly 64 bits.
  EXPECT_EQ(Layout(Packing::radix, {5, 5, 5}).bits(), 7U);
  EXPECT_EQ(Layout(Packing::bits, {5, 5, 5}).bits(), 9U);
  EXPECT_EQ(Layout(Packing::radix, std::vector<std::size_t>(64, 2)).bits(), 64U);
  EXPECT_EQ(Layout(Packing::radix, std::vector<std::size_t>(5000, 256)).bytes(), 5000U);
}

TEST(Layout, RadixNeedsTheSumOfLogarithms) {
  base::Random random(21);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::size_t> levels(1 + random.below(100));
    double sum = 0;
    for (std::size_t& count : levels) {
      count = 3 + 2 * random.below(127);  // odd: the product is not a power of two
      sum += std::log2(static_cast<double>(count));
    }
    EXPECT_EQ(Layout(Packing::radix, levels).bits(), static_cast<std::size_t>(std::ceil(sum)));
  }
}

TEST(Layout, EqualsBitsWhereEveryLevelIsAPowerOfTwo) {
  // Both are then the same number, and without fill they write it at the same place.
  base::Random random(22);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::size_t> levels(20);
    for (std::size_t& count : levels) count = std::size_t{1} << random.below(9);
    while (Layout(Packing::bits, levels).bits() % 8 != 0) levels.push_back(2);
    const auto codes = random_codes(random, levels);
    EXPECT_EQ(packed({Packing::bits, levels}, codes), packed({Packing::radix, levels}, codes));
  }
}

TEST(Layout, RandomMessagesComeBack) {
  base::Random random(23);
  for (int round = 0; round < 400; ++round) {
    std::vector<std::size_t> levels(random.below(round % 50 == 0 ? 3000 : 120));
    const std::uint64_t most = std::uint64_t{1} << (1 + random.below(8));
    for (std::size_t& count : levels) count = 1 + random.below(most);
    for (const Packing packing : both_packings) {
      const Layout layout(packing, levels);
      for (int message = 0; message < 3; ++message) {
        auto codes = random_codes(random, levels);
        if (message == 1) {
          std::transform(levels.begin(), levels.end(), codes.begin(),
                         [](std::size_t count) { return static_cast<Code>(count - 1); });
        }
        std::vector<Code> found(codes.size(), untouched);
        ASSERT_EQ(layout.unpack(packed(layout, codes), found), Status::ok) << "round " << round;
        ASSERT_EQ(found, codes) << "round " << round;
      }
    }
  }
}

TEST(Layout, AcceptsExactlyAsManyPayloadsAsThereAreMessages) {
  const std::vector<std::size_t> levels = {3, 1, 5, 2, 7, 6};  // 1260 messages in 11 or 13 bits
  for (const Packing packing : both_packings) {
    const Layout layout(packing, levels);
    ASSERT_EQ(layout.bytes(), 2U);
    std::size_t accepted = 0;
    std::vector<Code> codes(levels.size());
    for (unsigned number = 0; number < 0x10000; ++number) {
      const Bytes payload = {static_cast<std::uint8_t>(number >> 8),
                             static_cast<std::uint8_t>(number)};
      if (layout.unpack(payload, codes) != Status::ok) continue;
      ++accepted;
      ASSERT_EQ(packed(layout, codes), payload);
    }
    EXPECT_EQ(accepted, 1260U);
  }
}

TEST(Layout, StatusesHaveDistinctDescriptions) {
  std::vector<std::string_view> texts;
  for (const Status status : {Status::ok, Status::wrong_length, Status::impossible_code,
                              Status::nonzero_fill, Status::wrong_tag}) {
    texts.push_back(description(status));
  }
  std::sort(texts.begin(), texts.end());
  EXPECT_EQ(std::unique(texts.begin(), texts.end()), texts.end());
  EXPECT_EQ(description(Status::impossible_code),
            "a code is not below its feature's number of levels");
}

TEST(Layout, RefusesOurOwnMistakes) {
  EXPECT_DEATH(Layout(Packing::bits, {0}), "levels");
  EXPECT_DEATH(Layout(Packing::radix, {257}), "levels");
  const Layout layout(Packing::bits, {3, 3});
  Bytes payload(1);
  EXPECT_DEATH(layout.pack(std::vector<Code>{0, 3}, payload), "levels");
  EXPECT_DEATH(layout.pack(std::vector<Code>{0}, payload), "features");
}

}  // namespace
}  // namespace terse::payload
