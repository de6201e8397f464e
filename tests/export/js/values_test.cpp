// Numbers, texts and thresholds against what JavaScript reads.
#include "terse/export/js/values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "terse/base/random.h"

namespace terse::export_js {
namespace {

TEST(JsNumber, IsShortAndReadsBack) {
  EXPECT_EQ(number_literal(0.1F), ".1");
  EXPECT_EQ(number_literal(-0.25F), "-.25");
  EXPECT_EQ(number_literal(-0.0F), "0");
  EXPECT_EQ(number_literal(3.0e18F), "3e18");
  EXPECT_EQ(number_literal(1.5e-7F), "1.5e-7");
  EXPECT_EQ(number_literal(1.0 / 3.0), ".3333333333333333");
  base::Random random(9);
  for (int i = 0; i < 1000; ++i) {
    const auto value = static_cast<float>(std::exp(20.0 * random.normal()) * random.normal());
    EXPECT_EQ(std::strtof(number_literal(value).c_str(), nullptr), value);
  }
}

TEST(JsText, EscapesWhatScriptsAndJsonForbid) {
  EXPECT_EQ(text_literal("a\"b\\c\n"), "\"a\\\"b\\\\c\\u000a\"");
  EXPECT_EQ(text_literal("\xC2\xB0\xE2\x80\xA8\xE2\x80\xA9\xE2\x82\xAC"),
            "\"\xC2\xB0\\u2028\\u2029\xE2\x82\xAC\"");
}

TEST(ScriptThresholds, ExactOnesAreRounded) {
  const std::vector<float> thresholds{-1.5F, 0.1F, 1e30F};
  const ScriptThresholds js = exact_thresholds(thresholds);
  EXPECT_EQ(js.text, "[-1.5,.1,1e30]");
  EXPECT_EQ(js.values, (std::vector<double>{-1.5, 0.1, 1e30}));
}

TEST(ScriptThresholds, CompactOnesStayWithinTheirBound) {
  base::Random random(11);
  for (int trial = 0; trial < 500; ++trial) {
    const double scale = std::exp(8.0 * random.normal());
    const double offset = 30.0 * scale * random.normal();
    std::vector<float> thresholds(1 + random.below(40));
    for (float& value : thresholds) value = static_cast<float>(offset + scale * random.normal());
    std::sort(thresholds.begin(), thresholds.end());
    double widest = 0.0;
    for (std::size_t i = 1; i < thresholds.size(); ++i) {
      widest = std::max(
          widest, static_cast<double>(thresholds[i]) - static_cast<double>(thresholds[i - 1]));
    }
    const ScriptThresholds js = compact_thresholds(thresholds);
    ASSERT_EQ(js.values.size(), thresholds.size());
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
      EXPECT_NEAR(js.values[i], static_cast<double>(thresholds[i]),
                  widest / 150.0 + 1e-7 * std::fabs(offset));
    }
    ASSERT_EQ(js.gaps.size(), thresholds.size() - 1);
    for (const char c : js.gaps) EXPECT_TRUE(c != '\\' && c >= '#' && c <= '~');
  }
}

TEST(JsTexts, AreAnArray) {
  EXPECT_EQ(array_literal({}), "[]");
  const std::vector<std::string> names{"a", "b\"c"};
  EXPECT_EQ(array_literal(names), R"(["a","b\"c"])");
}

}  // namespace
}  // namespace terse::export_js
