#include "terse/base/error.h"

#include <gtest/gtest.h>

namespace terse::base {
namespace {

TEST(InputError, SaysSourcePlaceProblemAndRemedyInOneLine) {
  const InputError error("data.csv", "line 17, column 3", "'warm' is not a number",
                         "remove the row");
  EXPECT_STREQ(error.what(), "data.csv: line 17, column 3: 'warm' is not a number; remove the row");
  EXPECT_EQ(error.source(), "data.csv");
  EXPECT_EQ(error.place(), "line 17, column 3");
  EXPECT_EQ(error.problem(), "'warm' is not a number");
  EXPECT_EQ(error.remedy(), "remove the row");
  EXPECT_STREQ(InputError("bits", "", "9 is out of range", "").what(), "bits: 9 is out of range");
  EXPECT_STREQ(InputError("", "", "nothing to do", "").what(), "nothing to do");
}

TEST(CheckDeathTest, NamesExpressionFileAndLine) {
  EXPECT_DEATH(TERSE_CHECK(1 + 1 == 3), "error_test.cpp:[0-9]+: 1 \\+ 1 == 3 does not hold");
}

}  // namespace
}  // namespace terse::base
