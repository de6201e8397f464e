#include "terse/report/chart_style.h"

#include <gtest/gtest.h>

#include <set>

#include "report/example_summary.h"

namespace terse::report {
namespace {

TEST(ChartStyle, MethodsHaveTheSameColourWhateverTheDataHolds) {
  const study::Summary summary = example_summary();
  const Json all = method_encoding(summary, {"fp", "pr-qq", "bw-sq"}, false);
  const Json some = method_encoding(summary, {"bw-sq"}, false);
  EXPECT_EQ(all["scale"], some["scale"]);
  EXPECT_EQ(some["legend"]["values"], Json::array({"bw-sq"}));
}

TEST(ChartStyle, ColoursAndShapesDiffer) {
  const study::Summary summary = example_summary();
  for (const bool as_shapes : {false, true}) {
    const Json scale = method_encoding(summary, {}, as_shapes)["scale"];
    ASSERT_EQ(scale["domain"].size(), scale["range"].size());
    EXPECT_EQ(std::set<Json>(scale["range"].begin(), scale["range"].end()).size(), 3U);
  }
}

TEST(ChartStyle, TextThatIsNotUtf8IsReplaced) {
  EXPECT_EQ(text_of(Json("a\xff")), "\"a\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace terse::report
