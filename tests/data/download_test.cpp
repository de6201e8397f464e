#include "terse/data/download.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "data/input_error.h"
#include "data/replay_server.h"

namespace terse::data {
namespace {

class Download : public testing::Test {
 protected:
  // A proxy of the machine must not come between.
  void SetUp() override { setenv("no_proxy", "127.0.0.1", 1); }

  long fetch(const std::string& url) {
    body_.clear();
    return download(url, limits_, [this](std::string_view bytes) { body_ += bytes; });
  }

  ReplayServer server_;
  DownloadLimits limits_{.bytes_max = 1000};
  std::string body_;
};

TEST_F(Download, BodyAndStatus) {
  server_.put("/a", {200, "hello\n", {}, ""});
  server_.put("/b", {412, "refused", {}, ""});
  EXPECT_EQ(fetch(server_.url() + "/a"), 200);
  EXPECT_EQ(body_, "hello\n");
  EXPECT_EQ(fetch(server_.url() + "/b"), 412);
  EXPECT_EQ(body_, "refused");
  EXPECT_EQ(fetch(server_.url() + "/none"), 404);
}

TEST_F(Download, RedirectionsAreFollowedUpToALimit) {
  server_.put("/a", {302, "", {}, server_.url() + "/b"});
  server_.put("/b", {200, "there", {}, ""});
  EXPECT_EQ(fetch(server_.url() + "/a"), 200);
  EXPECT_EQ(body_, "there");
  server_.put("/loop", {302, "", {}, server_.url() + "/loop"});
  EXPECT_NE(job_error([&] { fetch(server_.url() + "/loop"); }).find("/loop: cannot be fetched: "),
            std::string::npos);
  EXPECT_EQ(server_.requests().size(), 2U + 6U);
  server_.put("/file", {302, "", {}, "file:///etc/hostname"});
  EXPECT_NE(job_error([&] { fetch(server_.url() + "/file"); }).find("cannot be fetched"),
            std::string::npos);
  EXPECT_EQ(body_, "");
}

TEST_F(Download, BrokenTransfersAreReported) {
  server_.put("/cut", {200, "half", 8, ""});
  EXPECT_NE(job_error([&] { fetch(server_.url() + "/cut"); }).find("/cut: cannot be fetched: "),
            std::string::npos);
  server_.put("/huge", {200, std::string(1001, 'x'), {}, ""});
  EXPECT_EQ(job_error([&] { fetch(server_.url() + "/huge"); }),
            server_.url() + "/huge: the answer is larger than 1000 bytes");
  server_.put("/full", {200, std::string(1000, 'x'), {}, ""});
  EXPECT_EQ(fetch(server_.url() + "/full"), 200);
}

TEST_F(Download, ServersThatAreNotThere) {
  std::string url;
  {
    const ReplayServer gone;
    url = gone.url();
  }
  EXPECT_NE(job_error([&] { fetch(url + "/x"); }).find(url + "/x: cannot be fetched: "),
            std::string::npos);
}

TEST_F(Download, OnlyHttp) {
  for (const char* url : {"file:///etc/hostname", "ftp://127.0.0.1/x", "127.0.0.1", ""}) {
    EXPECT_NE(input_error([&] { fetch(url); }).find("is not an http or https address"),
              std::string::npos)
        << url;
  }
}

TEST_F(Download, WhatTheSinkThrowsArrives) {
  server_.put("/a", {200, "hello", {}, ""});
  EXPECT_EQ(job_error([&] {
              download(server_.url() + "/a", limits_,
                       [](std::string_view) { throw base::JobError("the disk is full"); });
            }),
            "the disk is full");
}

}  // namespace
}  // namespace terse::data
