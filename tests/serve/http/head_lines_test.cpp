#include "terse/serve/http/head_lines.h"

#include <gtest/gtest.h>

#include <string>

#include "terse/serve/http/answer.h"

namespace terse::serve::http {
namespace {

int status_of(std::string_view bytes, std::size_t bytes_max = 8192) {
  try {
    HeadLines(bytes_max).take(bytes);
  } catch (const HttpError& error) {
    return error.status();
  }
  return 0;
}

TEST(HeadLines, FindsTheEndHoweverTheBytesCome) {
  const std::string head = "\r\nGET / HTTP/1.1\r\nA: b\r\n\r\n";
  HeadLines whole(8192);
  EXPECT_FALSE(whole.has_begun());
  EXPECT_EQ(whole.take(head + "next"), head.size());
  EXPECT_TRUE(whole.is_complete());
  HeadLines slow(8192);
  for (const char byte : head) {
    EXPECT_FALSE(slow.is_complete());
    EXPECT_EQ(slow.take({&byte, 1}), 1U);
  }
  EXPECT_TRUE(slow.is_complete());
  EXPECT_EQ(slow.take("more"), 0U);
}

TEST(HeadLines, RefusesWhatOthersReadDifferently) {
  for (const char* head : {"GET / HTTP/1.1\n", "G\rET", "\n", "G\r\r\n", "G\r\n x", "G\r\n\tx",
                           "G\x01", "G\x7f", " GET", "\r\n\r\n", "G\r\nA: b\nC: d\r\n\r\n"}) {
    EXPECT_EQ(status_of(head), 400) << head;
  }
  EXPECT_EQ(status_of(std::string_view("G\0", 2)), 400);
  EXPECT_EQ(status_of("G\r\nA:\tb \xE4\r\n\r\n"), 0);
}

TEST(HeadLines, SaysWhatIsTooLong) {
  EXPECT_EQ(status_of("GET /aaaaaaaaaaa", 10), 414);
  EXPECT_EQ(status_of("GET\r\nabcdef", 10), 431);
  EXPECT_EQ(status_of("GET\r\nabcde", 10), 0);
}

}  // namespace
}  // namespace terse::serve::http
