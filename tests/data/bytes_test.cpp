#include "terse/data/bytes.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "data/input_error.h"
#include "data/pieces.h"
#include "data/temporary_folder.h"

namespace terse::data {
namespace {

std::string all_of(ByteSource& bytes) {
  std::string text;
  char block[1000];
  while (const std::size_t count = bytes.read(block, sizeof block)) text.append(block, count);
  return text;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string numbers() {
  std::string text;
  for (int i = 0; i < 200000; ++i) text += std::to_string(i) + "\n";
  return text;
}

TEST(Bytes, PlainAndGzipGiveTheSame) {
  const TemporaryFolder folder;
  const std::string text = numbers();
  EXPECT_EQ(all_of(*open_file(folder.write("a.csv", text))), text);
  EXPECT_EQ(all_of(*open_file(folder.write("a.csv.gz", gzip(text)))), text);
  // Members one after another are one text (RFC 1952, section 2.2).
  EXPECT_EQ(all_of(*open_file(folder.write("b.gz", gzip("one\n") + gzip("two\n")))), "one\ntwo\n");
  EXPECT_EQ(all_of(*open_file(folder.write("empty", ""))), "");
}

TEST(Bytes, TruncatedGzipIsReportedWhereverItEnds) {
  const TemporaryFolder folder;
  const std::string whole = gzip(numbers());
  for (const std::size_t size :
       {whole.size() - 1, whole.size() - 8, whole.size() / 2, std::size_t{30}}) {
    const std::string path = folder.write("cut.csv.gz", whole.substr(0, size));
    const std::string message = input_error([&] { all_of(*open_file(path)); });
    EXPECT_NE(message.find("cut.csv.gz: the gzip data end too early"), std::string::npos)
        << size << ": " << message;
  }
}

TEST(Bytes, DamagedGzipIsReported) {
  const TemporaryFolder folder;
  const std::string whole = gzip(numbers());
  for (const std::size_t at : {whole.size() - 6, whole.size() / 2}) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    const std::string path = folder.write("bad.csv.gz", damaged);
    EXPECT_NE(input_error([&] { all_of(*open_file(path)); }).find("the gzip data are damaged"),
              std::string::npos)
        << at;
  }
}

TEST(Bytes, EveryByteOfAGzipFileIsPartOfAMember) {
  const TemporaryFolder folder;
  const std::string one = gzip("one\n");
  const std::string two = gzip("two\n");
  const auto read = [&](const std::string& bytes) {
    return all_of(*open_file(folder.write("t.csv.gz", bytes)));
  };
  EXPECT_EQ(read(one + two), "one\ntwo\n");
  EXPECT_EQ(read(one + std::string(1000, '\0')), "one\n");
  EXPECT_EQ(read(one + gzip("") + two), "one\ntwo\n");
  // gzip -t refuses them all.
  std::string damaged = two;
  for (std::size_t at = 0; at < 4; ++at) {
    damaged = two;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
    EXPECT_NE(input_error([&] { read(one + damaged); }).find("the gzip data are damaged"),
              std::string::npos)
        << at;
  }
  EXPECT_NE(input_error([&] { read(one + "garbage"); }).find("bytes that are not gzip follow"),
            std::string::npos);
  EXPECT_NE(input_error([&] { read(one + std::string(600000, '\0') + "x"); }).find("damaged"),
            std::string::npos);
  EXPECT_NE(input_error([&] { read(one + two.substr(0, 5)); }).find("end too early"),
            std::string::npos);
}

TEST(Bytes, AheadGivesItsBytesAgain) {
  const std::string text = numbers();
  for (const std::size_t count : {std::size_t{1}, std::size_t{1000}, text.size() + 1}) {
    PieceBytes bytes(text, 777);
    AheadBytes ahead(bytes, count);
    EXPECT_EQ(ahead.whole(), count > text.size());
    EXPECT_EQ(ahead.ahead(), std::string_view(text).substr(0, count));
    EXPECT_EQ(all_of(ahead), text);
  }
}

TEST(Bytes, FilesThatCannotBeTables) {
  const TemporaryFolder folder;
  const std::string missing = (folder.path() / "none.csv").string();
  EXPECT_EQ(input_error([&] { open_file(missing); }),
            missing + ": there is no such file; check the name and the folder");
  EXPECT_NE(input_error([&] { open_file(folder.path().string()); }).find("is a folder"),
            std::string::npos);
  const std::string plain = folder.write("plain.csv.gz", "a,b\n1,2\n");
  EXPECT_NE(input_error([&] { all_of(*open_file(plain)); }).find("is not gzip"), std::string::npos);
}

TEST(Bytes, WindowSlidesOverLongerTexts) {
  std::string text = numbers();
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{77777}, text.size()}) {
    PieceBytes bytes(text, piece);
    Window window(bytes);
    std::string seen;
    bool more = true;
    while (more || window.size() > 0) {
      if (more) more = window.extend();
      EXPECT_EQ(*window.end(), '\n');
      // Leaves some bytes behind each time, which must survive the move.
      const std::size_t take = more ? window.size() / 2 : window.size();
      seen.append(window.begin(), take);
      window.drop(take);
    }
    EXPECT_EQ(seen, text);
    EXPECT_FALSE(window.extend());
  }
}

TEST(Bytes, WindowGrowsWhenNothingIsDropped) {
  const std::string text(3'000'000, 'x');
  MemoryBytes bytes(text);
  Window window(bytes);
  while (window.extend()) {
  }
  EXPECT_EQ(std::string(window.begin(), window.size()), text);
}

TEST(Bytes, ByteOrderMarks) {
  const auto text_behind_mark = [](std::string_view text, std::size_t piece) {
    PieceBytes bytes(text, piece);
    Window window(bytes);
    skip_byte_order_mark(window, "t");
    while (window.extend()) {
    }
    return std::string(window.begin(), window.size());
  };
  for (const std::size_t piece : {1U, 2U, 100U}) {
    EXPECT_EQ(text_behind_mark("\xEF\xBB\xBF"
                               "ab",
                               piece),
              "ab");
    EXPECT_EQ(text_behind_mark("\xEF\xBB", piece), "\xEF\xBB");
    EXPECT_EQ(text_behind_mark("", piece), "");
    EXPECT_EQ(text_behind_mark("abcd", piece), "abcd");
    EXPECT_EQ(input_error([&] {
                text_behind_mark({"\xFF\xFE"
                                  "a\0",
                                  4},
                                 piece);
              }),
              "t: line 1: the text is UTF-16; save it as UTF-8");
  }
}

}  // namespace
}  // namespace terse::data
