#include "terse/report/page.h"

#include <gtest/gtest.h>

#include "report/example_summary.h"

namespace terse::report {
namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Page, EscapesHtml) {
  EXPECT_EQ(html_text("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

TEST(Page, NothingFromTheSummaryBecomesMarkup) {
  const std::string page = html(example_summary());
  EXPECT_EQ(count(page, "<script>alert"), 0U);
  study::Summary plain = example_summary();
  for (auto& cell : plain.cells) cell.data = cell.data == hostile ? "other" : cell.data;
  for (auto& histogram : plain.histograms) {
    histogram.feature = "feature";
    histogram.data = histogram.data == hostile ? "other" : histogram.data;
  }
  EXPECT_EQ(count(page, "</script>"), count(html(plain), "</script>"));
}

TEST(Page, AsksForNothing) {
  // Without the chart library, whose text may hold anything.
  const std::string whole = html(example_summary());
  const std::string page = whole.substr(0, whole.find("<footer>"));
  EXPECT_EQ(count(page, " src="), 0U);
  EXPECT_EQ(count(page, "default-src 'none'"), 1U);
}

TEST(Page, AnEmptyStudyIsAPage) {
  const std::string page = html(study::Summary{});
  EXPECT_EQ(page.substr(page.size() - 15), "</body></html>\n");
}

}  // namespace
}  // namespace terse::report
