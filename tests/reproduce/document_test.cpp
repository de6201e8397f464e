#include "terse/reproduce/document.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace terse::reproduce {
namespace {

Document example() {
  Document document;
  document.needs = needs_of({"table9", "table6", "table3"});
  document.summary.command = "terse reproduce table9";
  document.summary.hardware = "two cores";
  document.summary.splits = 2;
  document.settings = "one setting for all cells";
  study::Cell cell;
  cell.data = "california";
  cell.method = "bw-sq";
  cell.bits = 2;
  cell.losses = {0.4, 0.5};
  cell.loss = {0.45, 0.05};
  cell.train_seconds_mean = 2.0;
  document.summary.cells = {cell};
  cell.method = "fp";
  cell.bits = 0;
  cell.losses = {0.2};
  cell.loss = {0.2, std::nan("")};
  document.summary.cells.push_back(cell);
  document.reproduction = compare(document.summary);
  document.schedules = {
      {"wine_quality", 2, quantize::Schedule::linear, 1e-2, 0.6421, 0.65},
      {"wine_quality", 2, quantize::Schedule::cosine, 1e-2, 0.6320, std::nan("")}};
  return document;
}

TEST(Document, ShowsOursBesideThePublished) {
  const std::string text = markdown(example());
  for (const char* part :
       {"`terse reproduce table9`", "two cores", "| bits | fp | bw-sq |",
        "| 2 | 0.200 / 0.186 inside | **0.450 ± 0.050 / 0.290 worse** |",
        "| 3 | 0.200 / 0.186 inside | – / 0.210 |", "| bw-sq | 1 of 42 | 2 | 0 | 0 | 1 | 0 |",
        "| wine_quality | 2 | linear | 0.01 | 0.6500 | 0.6421 |",
        "| wine_quality | 2 | cosine | 0.01 | – | 0.6320 |", "## Table 3"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_EQ(text.find("### fried"), std::string::npos);
}

TEST(Document, IsJsonForPrograms) {
  const auto json = nlohmann::json::parse(json_of(example()));
  ASSERT_EQ(json["cells"].size(), 2U);
  EXPECT_EQ(json["cells"][0]["method"], "fp");
  EXPECT_TRUE(json["cells"][0]["half_width"].is_null());
  EXPECT_EQ(json["cells"][1]["mark"], "worse");
  EXPECT_EQ(json["schedules"].size(), 2U);
  EXPECT_TRUE(json["schedules"][1]["mse"].is_null());
}

}  // namespace
}  // namespace terse::reproduce
