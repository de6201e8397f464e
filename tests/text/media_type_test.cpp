#include "terse/text/media_type.h"

#include <gtest/gtest.h>

namespace terse::text {
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

}  // namespace
}  // namespace terse::text
