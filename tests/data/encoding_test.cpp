#include "terse/data/encoding.h"

#include <gtest/gtest.h>

#include "data/input_error.h"
#include "data/pieces.h"
#include "terse/data/csv.h"

namespace terse::data {
namespace {

std::string utf16(std::u16string_view text, bool big_endian) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char high = static_cast<char>(unit >> 8);
    const char low = static_cast<char>(unit & 0xFF);
    bytes += big_endian ? high : low;
    bytes += big_endian ? low : high;
  }
  return bytes;
}

std::string converted(std::string_view bytes, Encoding encoding, std::size_t piece) {
  PieceBytes pieces(bytes, piece);
  Utf16Bytes text(pieces, encoding, "t");
  std::string result;
  char block[7];
  while (const std::size_t count = text.read(block, sizeof block)) result.append(block, count);
  return result;
}

TEST(Encoding, Utf16BecomesUtf8WhateverThePieces) {
  const std::u16string text = u"\uFEFFT\u00E4g \u20AC \U0001F321 a,b\n";
  for (const bool big : {false, true}) {
    const std::string bytes = utf16(text, big);
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
      EXPECT_EQ(converted(bytes, big ? Encoding::utf16_be : Encoding::utf16_le, piece),
                "T\xC3\xA4g \xE2\x82\xAC \xF0\x9F\x8C\xA1 a,b\n");
    }
  }
}

TEST(Encoding, LongTextsAreConvertedInGrowingBlocks) {
  std::u16string text;
  std::string expected;
  for (int i = 0; i < 40000; ++i) {
    text += u"\U0001F321\u00E4";
    expected += "\xF0\x9F\x8C\xA1\xC3\xA4";
  }
  for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{4095}}) {
    EXPECT_EQ(converted(utf16(text, false), Encoding::utf16_le, piece), expected);
  }
}

TEST(Encoding, HalfCharactersAreRefused) {
  const auto error = [](std::u16string_view text, std::string_view more = {}) {
    const std::string bytes = utf16(text, false) + std::string(more);
    return input_error([&] { converted(bytes, Encoding::utf16_le, 3); });
  };
  EXPECT_NE(error(u"a", "b").find("t: is not UTF-16: it ends within a character"),
            std::string::npos);
  const char16_t first[] = {0xD83C, 0};
  const char16_t wrong[] = {0xD83C, 'a', 0};
  const char16_t second[] = {0xDF21, 0};
  EXPECT_NE(error(first).find("it ends within a pair"), std::string::npos);
  EXPECT_NE(error(wrong).find("half a pair"), std::string::npos);
  EXPECT_NE(error(second).find("half a pair"), std::string::npos);
}

TEST(Encoding, IsFoundByMarkOrZeros) {
  EXPECT_EQ(found_encoding(utf16(u"\uFEFFa", false)), Encoding::utf16_le);
  EXPECT_EQ(found_encoding(utf16(u"\uFEFFa", true)), Encoding::utf16_be);
  EXPECT_EQ(found_encoding(utf16(u"a,b\n1,2", false)), Encoding::utf16_le);
  EXPECT_EQ(found_encoding(utf16(u"a,b\n1,2", true)), Encoding::utf16_be);
  EXPECT_EQ(found_encoding("a,b\n1,2\n"), Encoding::utf8);
  EXPECT_EQ(found_encoding(std::string(8, '\0')), Encoding::utf8);
  EXPECT_EQ(found_encoding(""), Encoding::utf8);
}

Frame frame_of(std::string_view text, const ReadOptions& options = {}) {
  MemoryBytes bytes(text);
  return read_csv(bytes, "t.csv", options);
}

TEST(Encoding, TablesOfUtf16) {
  const Frame frame = frame_of(utf16(u"\uFEFF\u00B0C;b\n1,5;2\n3;4\n", false));
  EXPECT_EQ(frame.columns[0].name,
            "\xC2\xB0"
            "C");
  EXPECT_EQ(frame.columns[0].values, (std::vector<float>{1.5F, 3.0F}));
  EXPECT_EQ(frame.notes.front(), "the text is UTF-16");
}

TEST(Encoding, Latin1IsForNamesThatAreNotUtf8) {
  const std::string text =
      "\xB0"
      "C,room\n1,K\xFC"
      "che\n2,\x80uro\n";
  const Frame frame = frame_of(text, {.text_columns = {"room"}});
  EXPECT_EQ(frame.columns[0].name,
            "\xC2\xB0"
            "C");
  EXPECT_EQ(frame.columns[1].categories, (std::vector<std::string>{"K\xC3\xBC"
                                                                   "che",
                                                                   "\xE2\x82\xAC"
                                                                   "uro"}));
  EXPECT_EQ(frame.notes,
            (std::vector<std::string>{"names are read as Latin-1, since they are not UTF-8"}));
  // The names of the second pass are those that the first one gave.
  EXPECT_EQ(frame_of("\xB0"
                     "C,b\nx,1\n",
                     {.text_columns = {"\xC2\xB0"
                                       "C"}})
                .columns[0]
                .categories,
            (std::vector<std::string>{"x"}));
  EXPECT_EQ(frame_of(text, {.encoding = Encoding::utf8}).columns[0].name,
            "\xB0"
            "C");
  EXPECT_TRUE(frame_of("\xC3\xA4,b\n1,2\n").notes.empty());
  EXPECT_EQ(frame_of("\xC3\xA4,b\n1,2\n", {.encoding = Encoding::latin1}).columns[0].name,
            "\xC3\x83\xC2\xA4");
}

}  // namespace
}  // namespace terse::data
