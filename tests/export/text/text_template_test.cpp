#include "terse/export/text/text_template.h"

#include <gtest/gtest.h>

#include <set>

namespace terse::export_text {
namespace {

TEST(FillText, ReplacesKnownNamesOnly) {
  const Blank blanks[] = {{"NAME", "probe"}, {"N", "3"}};
  EXPECT_EQ(fill_text("@NAME@_encode[@N@] a@b @NAME", blanks), "probe_encode[3] a@b @NAME");
  EXPECT_EQ(fill_text("@@NAME@@", blanks), "@probe@");
  EXPECT_EQ(fill_text("", blanks), "");
}

TEST(FillText, ALineOfOneEmptyBlankDisappears) {
  const Blank blanks[] = {{"EMPTY", ""}, {"FULL", "x"}};
  EXPECT_EQ(fill_text("a\n@EMPTY@\nb\n", blanks), "a\nb\n");
  EXPECT_EQ(fill_text("@EMPTY@\nb @EMPTY@\n@FULL@\n", blanks), "b \nx\n");
}

TEST(FillText, DoesNotFillWhatItHasFilledIn) {
  const Blank blanks[] = {{"A", "@B@"}, {"B", "wrong"}};
  EXPECT_EQ(fill_text("@A@", blanks), "@B@");
}

TEST(TextTemplates, HaveDistinctNamesAndText) {
  std::set<std::string_view> names;
  for (const TextTemplate& candidate : text_templates()) {
    EXPECT_TRUE(names.insert(candidate.name).second) << candidate.name;
    EXPECT_FALSE(candidate.text.empty()) << candidate.name;
  }
  EXPECT_FALSE(names.empty());
}

}  // namespace
}  // namespace terse::export_text
