#include "terse/data/name_suspicions.h"

#include <gtest/gtest.h>

namespace terse::data {
namespace {

// Ten numbers, each written between the two.
std::vector<std::string> ten(const std::string& before, const std::string& behind) {
  std::vector<std::string> names;
  for (int i = 10; i < 20; ++i) names.push_back(before + std::to_string(i) + behind);
  return names;
}

TEST(NameSuspicions, NumbersInAllKindsOfDress) {
  for (const auto& names :
       {ten("",
            " \xC2\xB0"
            "C"),
        ten("", "%"), ten("1.2", ",5"), ten("1 2", "5"), ten("\xE2\x88\x92", ".5"), ten("-", "m"),
        ten("", std::string(1, '\0'))}) {
    EXPECT_NE(numbers_in_names(names).find("begin as numbers do ('"), std::string::npos)
        << names[0];
  }
  EXPECT_EQ(numbers_in_names(ten("", ",5")),
            "its names are numbers with a comma: `decimal` comma?");
}

TEST(NameSuspicions, NamesStayNames) {
  EXPECT_EQ(numbers_in_names({"on", "off"}), "");
  EXPECT_EQ(numbers_in_names(ten("room ", "")), "");
  // Quoted numbers, as which a text column was asked for.
  EXPECT_EQ(numbers_in_names(ten("", "")), "");
  EXPECT_EQ(numbers_in_names({"1st floor", "2nd floor", "3rd floor"}), "");
  auto mixed = ten("", "A");
  mixed.insert(mixed.end(), {"north", "south"});
  EXPECT_EQ(numbers_in_names(mixed), "");
}

}  // namespace
}  // namespace terse::data
