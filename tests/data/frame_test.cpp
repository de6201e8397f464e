#include "terse/data/frame.h"

#include <gtest/gtest.h>

namespace terse::data {
namespace {

TEST(Frame, PlacesAreLinesOfAFileWhereItHasSome) {
  Frame frame;
  frame.columns.resize(2);
  frame.columns[1].name = "humidity";
  frame.rows = 3;
  EXPECT_EQ(frame.place(2, 1), "row 3, column 2 ('humidity')");
  frame.lines = {2, 3, 7};
  EXPECT_EQ(frame.place(2, 1), "line 7, column 2 ('humidity')");
}

TEST(Frame, PlacesQuoteNamesFromOutside) {
  Frame frame;
  frame.columns.resize(1);
  frame.columns[0].name = "a\n\xFF";
  EXPECT_EQ(frame.place(0, 0), "row 1, column 1 ('a\\x0a\\xff')");
}

}  // namespace
}  // namespace terse::data
