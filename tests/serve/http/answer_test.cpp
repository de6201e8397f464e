#include "terse/serve/http/answer.h"

#include <gtest/gtest.h>

namespace terse::serve::http {
namespace {

TEST(HttpAnswer, IsWrittenAsItsHead) {
  const HttpAnswer answer{200, "[]", json_type, {{"Terse-Found", "7"}}};
  EXPECT_EQ(
      head_text(answer, "now", true),
      "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
      "Terse-Found: 7\r\nConnection: keep-alive\r\nX-Content-Type-Options: nosniff\r\n\r\n");
}

TEST(HttpAnswer, WithoutContentHasNoLength) {
  const std::string text = head_text({204, ""}, "now", false);
  EXPECT_EQ(text.find("Content-Length"), std::string::npos);
  EXPECT_NE(text.find("204 No Content\r\n"), std::string::npos);
  EXPECT_NE(text.find("Connection: close\r\n"), std::string::npos);
}

TEST(HttpAnswer, OfAnErrorIsItsSentence) {
  const HttpAnswer later = error_answer(503, "later");
  EXPECT_EQ(later.body, R"({"error":"later"})");
  ASSERT_EQ(later.fields.size(), 1U);
  EXPECT_EQ(later.fields[0].first, "Retry-After");
  EXPECT_TRUE(error_answer(400, "bad").fields.empty());
}

TEST(HttpDate, HasTheFormOfRfc9110) {
  const std::string date = http_date();
  ASSERT_EQ(date.size(), 29U) << date;
  EXPECT_EQ(date.substr(25), " GMT");
  EXPECT_EQ(date.substr(3, 2), ", ");
  EXPECT_EQ(http_date().substr(0, 16), date.substr(0, 16));
}

}  // namespace
}  // namespace terse::serve::http
