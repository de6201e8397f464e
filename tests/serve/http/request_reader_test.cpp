#include "terse/serve/http/request_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "terse/serve/http/answer.h"

namespace terse::serve::http {
namespace {

using Stage = RequestReader::Stage;

const HttpLimits limits;
const std::string post = "POST /p?a=b HTTP/1.1\r\nHost: h\r\n";

/// The status of the refusal, or 0 with the request and what was left of the bytes.
struct Read {
  int status = 0;
  HttpRequest request = {};
  std::size_t left = 0;
  Stage stage = Stage::head;
};

Read read(std::string_view bytes, std::size_t step = std::string_view::npos) {
  RequestReader reader(limits);
  Read read;
  try {
    while (reader.stage() != Stage::complete && !bytes.empty()) {
      bytes.remove_prefix(reader.take(bytes.substr(0, step)));
      if (reader.stage() == Stage::head_read) reader.read_body();
    }
  } catch (const HttpError& error) {
    read.status = error.status();
    return read;
  }
  read.stage = reader.stage();
  if (read.stage == Stage::complete) read.request = std::move(reader.request());
  read.left = bytes.size();
  return read;
}

TEST(RequestReader, ReadsHeadAndBodyAndNoMore) {
  const std::string chunked = "4;x=\"y\"\r\nbody\r\n2\r\n!\n\r\n0\r\nT: u\r\n\r\n";
  for (const std::string& whole : {post + "Content-Length: 6\r\n\r\nbody!\n",
                                   post + "Transfer-Encoding: chunked\r\n\r\n" + chunked}) {
    for (std::size_t step = 1; step <= whole.size() + 9; ++step) {
      const Read got = read(whole + "GET /next", step);
      ASSERT_EQ(got.stage, Stage::complete) << step << ": " << got.status << whole;
      EXPECT_EQ(got.request.body, "body!\n");
      EXPECT_EQ(got.left, 9U) << step;
      EXPECT_EQ(got.request.method, Method::post);
      EXPECT_EQ(got.request.host, "h");
    }
  }
}

TEST(RequestReader, GivesWhatTheHeadSays) {
  const Read got = read(
      "HEAD http://other/x HTTP/1.1\r\nHost: h\r\nAUTHORIZATION: Bearer t\r\nOrigin: http://o\r\n"
      "sec-fetch-site: none\r\nContent-Type: a/b\r\nExpect: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(got.request.method, Method::head);
  EXPECT_EQ(got.request.host, "other");
  EXPECT_EQ(got.request.authorization, "Bearer t");
  EXPECT_EQ(got.request.origin, "http://o");
  EXPECT_EQ(got.request.fetch_site, "none");
  EXPECT_EQ(got.request.content_type, "a/b");
  EXPECT_EQ(got.request.expect, "x");
  EXPECT_FALSE(got.request.keeps_alive);
  EXPECT_FALSE(read("GET / HTTP/1.0\r\n\r\n").request.keeps_alive);
  EXPECT_TRUE(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").request.keeps_alive);
}

TEST(RequestReader, RefusesAmbiguousFraming) {
  for (const char* fields :
       {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1, 1\r\n",
        "Content-Length: +1\r\n", "Content-Length: \r\n", "Content-Length: 0x1\r\n",
        "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Host: h\r\n",
        "Authorization: a\r\nAuthorization: b\r\n", "A : b\r\n", ": b\r\n"}) {
    EXPECT_EQ(read(post + fields + "\r\n1").status, 400) << fields;
  }
  for (const char* coding : {"gzip", "chunked, gzip", "gzip, chunked", "chunked;q=1", "xchunked"}) {
    EXPECT_EQ(read(post + "Transfer-Encoding: " + coding + "\r\n\r\n").status, 501) << coding;
  }
  EXPECT_EQ(read(post + "Content-Encoding: gzip\r\n\r\n").status, 415);
  EXPECT_EQ(read("GET / HTTP/1.1\r\n\r\n").status, 400);
  EXPECT_EQ(read("GET / HTTP/3.0\r\n\r\n").status, 505);
}

// At the latest where the line ends.
TEST(RequestReader, DataLongerThanItsChunkIsRefusedHoweverItComes) {
  const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  for (const char* body : {"2\r\nxyz!", "2;a=b\r\nx\r\n0", "2\r\nxy\n0", "1\r\nx\r\n2\r\nxyz\r"}) {
    for (const std::size_t step :
         {std::size_t{1}, std::size_t{2}, std::size_t{9}, std::string::npos}) {
      EXPECT_EQ(read(chunked + body + "\r\n", step).status, 400) << body << step;
    }
  }
}

TEST(RequestReader, KeepsToTheLimits) {
  EXPECT_EQ(read(post + "Content-Length: 1048577\r\n\r\n").status, 413);
  EXPECT_EQ(read(post + "Content-Length: 1048576\r\n\r\n").status, 0);
  EXPECT_EQ(read(post + "Content-Length: 18446744073709551616\r\n\r\n").status, 400);
  const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(read(chunked + "100001\r\n").status, 413);
  std::string pieces;
  for (int i = 0; i < 17; ++i) pieces += "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  EXPECT_EQ(read(chunked + pieces).status, 413);
  const std::string nine(9000, 'y');
  for (const std::size_t step : {std::size_t{1}, std::size_t{1000}, std::string::npos}) {
    EXPECT_EQ(read(chunked + "1;" + nine + "\r\nx\r\n0\r\n\r\n", step).status, 431) << step;
    EXPECT_EQ(read(chunked + "0\r\nX: " + nine + "\r\n\r\n", step).status, 431) << step;
  }
  EXPECT_EQ(read("GET /" + nine).status, 414);
  EXPECT_EQ(read(post + "X: " + nine).status, 431);
}

TEST(RequestReader, CountsTheBodyItKeepsAndForgetsIt) {
  RequestReader reader(limits);
  reader.take(post + "Content-Length: 6\r\n\r\n");
  EXPECT_EQ(reader.stage(), Stage::head_read);
  EXPECT_EQ(reader.take("body"), 0U);
  reader.read_body();
  EXPECT_EQ(reader.take("body"), 4U);
  EXPECT_EQ(reader.body_bytes(), 4U);
  reader.next();
  EXPECT_EQ(reader.body_bytes(), 0U);
  EXPECT_EQ(reader.stage(), Stage::head);
  EXPECT_FALSE(reader.has_begun());
}

}  // namespace
}  // namespace terse::serve::http
