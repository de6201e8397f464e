#include "terse/compress/trace_figure.h"

#include <gtest/gtest.h>

#include <regex>

namespace terse::compress {
namespace {

TEST(TraceFigure, PlacesEveryStepAndMarksTheChosenOne) {
  Compression compression;
  compression.cost_target = 1000.0;
  compression.loss_target = 0.2;
  compression.reference_loss = 0.19;
  compression.trace = {{"clusters", {4, 4}, 900.0, 0.3}, {"raise", {4, 6}, 980.0, 0.2}};
  compression.widths = {4, 6};
  compression.end = "both targets are met";
  const std::string svg = trace_figure(compression);
  const std::regex circle("<circle cx=\"([0-9.]+)\" cy=\"([0-9.]+)\" r=\"([0-9]+)\"");
  std::vector<std::smatch> found;
  for (std::sregex_iterator it(svg.begin(), svg.end(), circle), end; it != end; ++it) {
    found.push_back(*it);
  }
  ASSERT_EQ(found.size(), 2U);
  EXPECT_LT(std::stod(found[0][1]), std::stod(found[1][1]));  // dearer: further right
  EXPECT_LT(std::stod(found[0][2]), std::stod(found[1][2]));  // smaller loss: further down
  EXPECT_LT(std::stoi(found[0][3]), std::stoi(found[1][3]));  // chosen: larger
  EXPECT_NE(svg.find("Target: both targets are met"), std::string::npos);
  EXPECT_TRUE(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
}

}  // namespace
}  // namespace terse::compress
