#include "terse/report/figures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "report/example_summary.h"

namespace terse::report {
namespace {

using Json = nlohmann::json;

TEST(Figures, EveryOneHasNameCaptionAltAndSpec) {
  std::set<std::string> names;
  const auto drawn = figures(example_summary());
  for (const Figure& figure : drawn) {
    EXPECT_EQ(figure.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789-"),
              std::string::npos)
        << figure.name;
    names.insert(figure.name);
    EXPECT_FALSE(figure.caption.empty());
    EXPECT_EQ(Json::parse(figure.spec)["description"], figure.alt);
  }
  EXPECT_EQ(drawn.size(), 2U * 3 + 2 + 1);
  EXPECT_EQ(names.size(), drawn.size());
}

TEST(Figures, AltOfTheLossSaysWhatIsSeen) {
  const auto drawn = figures(example_summary());
  EXPECT_EQ(
      drawn[0].alt,
      "Mean loss against bits per feature on fried. fp: 0.05. pr-qq: 0.26 at 2 bits, 0.0725 at "
      "4 bits. bw-sq: 0.15 at 2 bits, 0.05625 at 4 bits.");
}

TEST(Figures, FailedCellsAreNotDrawn) {
  study::Summary summary = example_summary();
  for (study::Cell& cell : summary.cells) {
    if (cell.data == "fried") cell.loss.mean = NAN;
  }
  for (const Figure& figure : figures(summary)) {
    if (figure.data != "fried") continue;
    EXPECT_EQ(figure.kind, Figure::Kind::thresholds);
  }
}

TEST(Figures, ThresholdsAndHistogramAreTheSummarys) {
  for (const Figure& figure : figures(example_summary())) {
    if (figure.kind != Figure::Kind::thresholds) continue;
    const Json spec = Json::parse(figure.spec);
    EXPECT_EQ(spec["data"]["values"].size(), 4U);
    EXPECT_EQ(spec["data"]["values"][1], (Json{{"from", 1.0}, {"to", 2.0}, {"rows", 20}}));
    // Bars from 0 to the number of rows, between the edges.
    EXPECT_EQ(spec["layer"][0]["mark"]["type"], "rect");
    EXPECT_EQ(spec["layer"][0]["encoding"]["y2"], (Json{{"datum", 0}}));
    EXPECT_EQ(spec["layer"][1]["data"]["values"].size(), 6U);
  }
}

}  // namespace
}  // namespace terse::report
