#include "terse/data/near_names.h"

#include <gtest/gtest.h>

namespace terse::data {
namespace {

using Names = std::vector<std::string>;

TEST(NearNames, EditDistance) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("Flaw", "lawn"), 2U);
  EXPECT_EQ(edit_distance("TARGET", "target"), 0U);
}

TEST(NearNames, NearestFirstAndNoMoreThanThree) {
  const Names names = {"temperature", "humidity", "Temperature_2", "pressure", "tempereture"};
  EXPECT_EQ(near_names("temperatur", names),
            (Names{"temperature", "tempereture", "Temperature_2"}));
  EXPECT_EQ(near_names("PRESSURE", names), (Names{"pressure"}));
  EXPECT_EQ(near_names("humid", names), (Names{"humidity"}));
  EXPECT_EQ(near_names("zzz", names), Names{});
  EXPECT_EQ(near_names("", names), Names{});
  EXPECT_EQ(near_names("a", Names{"b", "c", "d", "e"}), (Names{"b", "c", "d"}));
  EXPECT_EQ(near_names(std::string(5000, 'x'), names), Names{});
}

TEST(NearNames, Advice) {
  EXPECT_EQ(name_advice("hunidity", Names{"x", "humidity"}), "near matches: 'humidity'");
  EXPECT_EQ(name_advice("target", Names{"x", "y"}), "the columns are 'x', 'y'");
  EXPECT_EQ(name_advice("target", Names(12, "x")),
            "the columns are 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', ...");
}

}  // namespace
}  // namespace terse::data
