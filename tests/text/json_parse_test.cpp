#include "terse/text/json_parse.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace terse::text {
namespace {

using Json = nlohmann::ordered_json;

TEST(ParsedJson, IsTheWholeText) {
  EXPECT_EQ(parsed_json<Json>(R"({"b":[1,2],"a":"x"})").dump(), R"({"b":[1,2],"a":"x"})");
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("{} x"), std::string("{}\0", 3),
        std::string("[1]\0]", 5), std::string("\0", 1), std::string("{\"a\0\":1}", 8)}) {
    EXPECT_TRUE(parsed_json<Json>(text).is_discarded()) << text;
  }
  EXPECT_EQ(parsed_json<Json>(R"("\u0000")").get<std::string>(), std::string("\0", 1));
}

}  // namespace
}  // namespace terse::text
