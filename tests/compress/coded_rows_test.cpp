#include "terse/compress/coded_rows.h"

#include <gtest/gtest.h>

#include "compress/examples.h"

namespace terse::compress {
namespace {

TEST(CodedRows, AreThresholdsBelowAndStandardisedTargets) {
  const Example made = example();
  const std::vector<std::uint32_t> some = {5, 3, 599};
  const CodedRows rows = coded_rows(made.model, made.table, some);
  EXPECT_EQ(rows.features, 10U);
  ASSERT_EQ(rows.rows(), 3U);
  for (std::size_t r = 0; r < 3; ++r) {
    ASSERT_EQ(rows.row(r).size(), 10U);
    for (std::size_t f = 0; f < 10; ++f) {
      int below = 0;
      for (const float threshold : made.model.thresholds.of(f)) {
        below += made.table.features(some[r], f) > threshold ? 1 : 0;
      }
      EXPECT_EQ(rows.row(r)[f], below);
    }
    const model::Number scale = model::decoder::scale(made.model.output);
    const double raw = double(rows.targets[r]) * scale.deviation + scale.mean;
    EXPECT_NEAR(raw, double(made.table.target[some[r]]), 1e-4);
  }
}

TEST(CodedRows, ClassesStayIndices) {
  const Example made = example(true);
  const CodedRows rows = made.coded();
  ASSERT_EQ(rows.rows(), made.rows.size());
  for (std::size_t r = 0; r < made.rows.size(); ++r) {
    EXPECT_EQ(rows.targets[r], made.table.target[made.rows[r]]);
  }
}

}  // namespace
}  // namespace terse::compress
