#include "terse/serve/http/request.h"

#include <gtest/gtest.h>

namespace terse::serve::http {
namespace {

TEST(HttpRequest, HasABodyIfItSaysSo) {
  HttpRequest request;
  EXPECT_FALSE(request.has_body());
  request.length = 0;
  EXPECT_FALSE(request.has_body());
  request.length = 1;
  EXPECT_TRUE(request.has_body());
  request.length.reset();
  request.is_chunked = true;
  EXPECT_TRUE(request.has_body());
}

}  // namespace
}  // namespace terse::serve::http
