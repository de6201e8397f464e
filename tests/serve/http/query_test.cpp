#include "terse/serve/http/query.h"

#include <gtest/gtest.h>

#include "terse/base/error.h"

namespace terse::serve::http {
namespace {

TEST(Query, GivesNumbersInTheirBounds) {
  const Target target = parse_target("/?a=7&b=007&c=-1&d=&e=11&f=1.0&g=9223372036854775807");
  EXPECT_EQ(number(target, "a", 1, 10), 7);
  EXPECT_EQ(number(target, "b", 1, 10), 7);
  EXPECT_EQ(number(target, "g", 0, INT64_MAX), INT64_MAX);
  EXPECT_FALSE(number(target, "z", 1, 10));
  for (const char* name : {"c", "d", "e", "f"}) {
    EXPECT_THROW(number(target, name, 1, 10), base::InputError) << name;
  }
}

TEST(Query, GivesYesOrNo) {
  const Target target = parse_target("/?a=true&b=false&c=1");
  EXPECT_TRUE(yes_or_no(target, "a", false));
  EXPECT_FALSE(yes_or_no(target, "b", true));
  EXPECT_TRUE(yes_or_no(target, "z", true));
  EXPECT_THROW(yes_or_no(target, "c", true), base::InputError);
  EXPECT_EQ(parameter(target, "c"), "1");
  EXPECT_FALSE(parameter(target, "z"));
}

}  // namespace
}  // namespace terse::serve::http
