#include "terse/stats/verdict_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace terse::stats {
namespace {

using Values = std::vector<double>;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(VerdictText, SaysEachVerdictWithItsFigures) {
  const Values reference = {1.00, 1.02, 0.98, 1.01, 0.99};
  EXPECT_EQ(verdict_text(compare({Values{0.90, 0.91, 0.89, 0.90, 0.90}, reference}, {0.02, 0})),
            "better: loss 0.9 against 1, lower by 0.1, at least 0.0905 lower (95 %, 5 splits); "
            "margin 0.02");
  const std::string as_good =
      verdict_text(compare({Values{1.001, 1.02, 0.981, 1.01, 0.99}, reference}, {0.02, 0}));
  EXPECT_TRUE(as_good.starts_with("non-inferior: loss 1 against 1, higher by 0.0004, at most "))
      << as_good;
  EXPECT_TRUE(holds(as_good, " above the reference (95 %, 5 splits)")) << as_good;
  const std::string worse =
      verdict_text(compare({Values{1.10, 1.12, 1.08, 1.12, 1.08}, reference}, {0.02, 0}));
  EXPECT_TRUE(worse.starts_with("inferior: ")) << worse;
  const std::string unknown =
      verdict_text(compare({Values{1.10, 0.99, 1.02, 1.06, 0.95}, reference}, {0.02, 0}));
  EXPECT_TRUE(unknown.starts_with("cannot tell yet: ")) << unknown;
  EXPECT_TRUE(holds(unknown, "further splits would ")) << unknown;
}

// Where the reference varies, the bound of the difference may lie above the margin, and that of the
// excess not: what is called non-inferior is at most the margin above.
TEST(VerdictText, TheBoundOfWhatIsAsGoodIsWithinTheMargin) {
  const Values reference = {0.6, 1.4, 0.8, 1.2, 1.0};
  Values candidate;
  for (const double loss : reference) candidate.push_back(1.3 * loss);
  const Comparison comparison = compare({candidate, reference}, {0.301, 0});
  ASSERT_EQ(comparison.verdict, Verdict::non_inferior);
  EXPECT_GT(comparison.difference.upper, comparison.margin);
  const std::string text = verdict_text(comparison);
  EXPECT_TRUE(holds(text, "at most 0.3 above the reference")) << text;
  EXPECT_TRUE(holds(text, "; margin 0.301")) << text;
}

TEST(VerdictText, NamesThePairs) {
  const Values reference = {1.00, 1.02, 0.98, 1.01};
  const Comparison comparison =
      compare({Values{1.10, 0.99, 1.02, 1.06}, reference}, {0.02, 0}, {.share_of_rows = 1});
  const std::string text = verdict_text(comparison, "fold");
  EXPECT_TRUE(holds(text, ", 4 folds); ")) << text;
  EXPECT_FALSE(holds(text, "split")) << text;
  EXPECT_EQ(further_text({Further::about, 1}, "fold"), "about 1 further fold would tell");
  EXPECT_EQ(further_text({Further::about, 14}), "about 14 further splits would tell");
  EXPECT_EQ(further_text({Further::more_rows, 0}, "fold"),
            "more folds of these rows would not tell, more rows would");
  EXPECT_EQ(further_text({Further::not_needed, 0}), "");
  EXPECT_EQ(further_text({Further::not_estimable, 0}), "");
}

TEST(VerdictText, NeverShowsWhatIsNotANumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<Values> lists = {{},
                                     {1},
                                     {nan},
                                     {1, nan},
                                     {infinity, 2},
                                     {0, 0},
                                     {1, 2, 3},
                                     {nan, 2, 3, 4},
                                     {1e308, 1e308, 1e307},
                                     {1e-320, 0, 0}};
  for (const Values& first : lists) {
    for (const Values& second : lists) {
      if (first.size() != second.size()) continue;
      for (const Margin& margin : {Margin{}, Margin{0.02, 0}, Margin{0, 1}}) {
        const std::string text = verdict_text(compare({first, second}, margin, {1.0 / 9}));
        EXPECT_FALSE(holds(text, "nan") || holds(text, "inf ") || holds(text, "inf,")) << text;
      }
    }
  }
  EXPECT_EQ(verdict_text(compare({Values{1}, Values{1}}, {})),
            "cannot tell yet: 1 split, compare over at least 3");
  EXPECT_TRUE(holds(verdict_text(compare({Values{1, 2, nan}, Values{1, 2.5, 3}}, {})),
                    "; 1 training failed"));
}

}  // namespace
}  // namespace terse::stats
