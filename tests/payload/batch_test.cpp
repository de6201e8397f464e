#include "terse/payload/batch.h"

#include <gtest/gtest.h>

#include <vector>

namespace terse::payload {
namespace {

using quantize::Code;
using Bytes = std::vector<std::uint8_t>;

const std::vector<Code> codes = {4, 2, 1, 0, 0, 0, 1, 2, 3};

TEST(Batch, IsTheMessagesOneAfterTheOther) {
  const Layout layout(Packing::radix, {5, 3, 4}, 0x7E);
  Bytes payloads(6);
  pack_rows(layout, codes, payloads);
  EXPECT_EQ(payloads, (Bytes{0x7E, 57, 0x7E, 0, 0x7E, 12 + 8 + 3}));
  std::vector<Code> found(codes.size());
  const BatchStatus result = unpack_rows(layout, payloads, found);
  EXPECT_EQ(result.status, Status::ok);
  EXPECT_EQ(result.row, 3U);
  EXPECT_EQ(found, codes);
}

TEST(Batch, NamesTheFirstBadRow) {
  const Layout layout(Packing::radix, {5, 3, 4});
  std::vector<Code> found(codes.size(), 9);
  const auto check = [&](const Bytes& payloads, Status status, std::size_t row) {
    const BatchStatus result = unpack_rows(layout, payloads, found);
    EXPECT_EQ(result.status, status);
    EXPECT_EQ(result.row, row);
  };
  check({57, 60, 255}, Status::impossible_code, 1);
  EXPECT_EQ(found, (std::vector<Code>{4, 2, 1, 9, 9, 9, 9, 9, 9}));
  check({57, 0}, Status::wrong_length, 2);
  check({57, 0, 1, 2}, Status::wrong_length, 3);
  check({}, Status::wrong_length, 0);
  const Layout wide(Packing::bits, {256, 256, 256});
  EXPECT_EQ(unpack_rows(wide, Bytes(8), found).row, 2U);
}

TEST(Batch, OfMessagesWithoutBytes) {
  const Layout layout(Packing::bits, {1, 1, 1});
  std::vector<Code> found(9, 7);
  EXPECT_EQ(unpack_rows(layout, {}, found).status, Status::ok);
  EXPECT_EQ(found, std::vector<Code>(9, 0));
  EXPECT_EQ(unpack_rows(layout, Bytes(1), found).status, Status::wrong_length);
}

TEST(Batch, RefusesOurOwnMistakes) {
  const Layout layout(Packing::bits, {5, 3, 4});
  Bytes payloads(3);
  EXPECT_DEATH(pack_rows(layout, std::span(codes).first(8), payloads), "features");
  EXPECT_DEATH(pack_rows(layout, std::span(codes).first(6), payloads), "payloads");
}

}  // namespace
}  // namespace terse::payload
