#include "terse/serve/http/request.h"

#include <gtest/gtest.h>

namespace terse::serve::http {
namespace {

TEST(MediaType, IsComparedWithoutParametersInAnyCase) {
  for (const char* field : {"application/json", "Application/JSON",
                            "application/json;charset=utf-8", "application/json \t; x=\"y\""}) {
    EXPECT_TRUE(is_media_type(field, "application/json")) << field;
  }
  for (const char* field :
       {"", "application/jsonx", "application/jso", "text/json", ";application/json"}) {
    EXPECT_FALSE(is_media_type(field, "application/json")) << field;
  }
}

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
