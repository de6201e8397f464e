#include "terse/study/candidates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "terse/base/error.h"

namespace terse::study {
namespace {

TEST(Candidates, TheDefaultPortfolioIsSmall) {
  const auto portfolio = default_portfolio();
  EXPECT_LE(portfolio.size(), 8U);
  for (const Settings& settings : portfolio) {
    const train::Options options = with_settings({}, settings, "portfolio");
    for (const std::size_t units : options.hidden) EXPECT_LE(units, 512U);
  }
}

TEST(Candidates, PortfolioTakesNumbersAndText) {
  const auto portfolio =
      read_portfolio(R"([{"hidden": "2x8", "dropout": 0.25}, {"epochs": 7}])", "p.json");
  EXPECT_EQ(portfolio,
            (std::vector<Settings>{{{"hidden", "2x8"}, {"dropout", "0.25"}}, {{"epochs", "7"}}}));
}

TEST(Candidates, WhatIsNoPortfolioOrSpaceIsRefused) {
  for (const char* text : {"", "[]", "{", "[1]", R"([{"epochs": true}])", R"([{"epochs": 0}])",
                           R"([{"colour": "red"}])", "{}", R"({"epochs": []})", R"({"epochs": 3})",
                           R"({"epochs": [[]]})"}) {
    EXPECT_THROW(read_portfolio(text, "p.json"), base::InputError) << text;
    EXPECT_THROW(read_space(text, "s.json"), base::InputError) << text;
  }
}

TEST(Candidates, DrawsReachEveryValueAndRepeat) {
  const Space space = read_space(R"({"units": [8, 16, 32], "dropout": [0, 0.5]})", "s.json");
  const auto draws = draw(space, 200, 3);
  EXPECT_EQ(draw(space, 200, 3), draws);
  EXPECT_NE(draw(space, 200, 4), draws);
  EXPECT_EQ(std::set<Settings>(draws.begin(), draws.end()).size(), 6U);
}

// The paper's space has 4 * 9 * 4 * 2 * 3 * 2 settings.
TEST(Candidates, ThePapersSpaceIsValid) {
  std::size_t settings = 1;
  for (const auto& [name, values] : paper_space().choices) {
    settings *= values.size();
    for (const std::string& value : values) with_settings({}, {{name, value}}, "paper");
  }
  EXPECT_EQ(settings, 1728U);
}

}  // namespace
}  // namespace terse::study
