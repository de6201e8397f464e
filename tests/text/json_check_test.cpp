#include "terse/text/json_check.h"

#include <gtest/gtest.h>

namespace terse::text {
namespace {

constexpr JsonLimits small = {.depth_max = 3, .names_max = 2, .values_max = 5};

TEST(JsonProblem, NothingIsWrongWithinTheLimits) {
  EXPECT_EQ(json_problem("{}", small), "");
  EXPECT_EQ(json_problem(R"( {"a":[[1,2]],"b":null} )", small), "");
  EXPECT_EQ(json_problem(R"({"a":{"a":1},"b":{"a":-1.5e3,"b":true}})", small), "");
}

TEST(JsonProblem, LimitsAreRefusedJustBeyondThem) {
  EXPECT_EQ(json_problem(R"({"a":[[[]]]})", small), "is nested more than 3 deep");
  EXPECT_EQ(json_problem(R"({"a":0,"b":0,"c":0})", small), "has an object of more than 2 names");
  EXPECT_EQ(json_problem(R"({"a":[1,2,3,4,5]})", small), "has more than 5 values");
  EXPECT_EQ(json_problem(R"({"a":[1,2,3,4]})", small), "");
}

TEST(JsonProblem, NamesStandOnceInTheirObject) {
  EXPECT_EQ(json_problem(R"({"a":0,"a":0})", small), "holds 'a' twice");
  EXPECT_EQ(json_problem(R"({"a":0,"\u0061":0})", small), "holds 'a' twice");
  EXPECT_EQ(json_problem(R"({"x":{"a":0},"y":{"a":0}})", small), "");
}

TEST(JsonProblem, OtherTextIsRefused) {
  for (const char* text : {"[]", "1", "null", "\"text\"", "true"}) {
    EXPECT_EQ(json_problem(text, small), "is not a JSON object") << text;
  }
  for (const char* text : {"", " ", "{", "{]", "{} x", "{\"a\":01}", "{\"a\":NaN}", "{'a':1}"}) {
    EXPECT_EQ(json_problem(text, small).find("is not JSON at byte "), 0U) << text;
  }
  // A zero byte does not end the text.
  EXPECT_EQ(json_problem(std::string("{}\0 x", 5), small), "is not JSON at byte 3");
  EXPECT_EQ(json_problem(std::string("{\"a\0\":1}", 8), small), "is not JSON at byte 4");
}

}  // namespace
}  // namespace terse::text
