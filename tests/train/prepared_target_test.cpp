#include "terse/train/prepared_target.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/input_error.h"

namespace terse::train {
namespace {

data::Table table_of_two() {
  data::Table table;
  table.source = "two";
  table.feature_names = {"x"};
  table.features = base::Matrix(4, 1);
  table.target_name = "size";
  table.target = {1.0F, 3.0F, 5.0F, 100.0F};
  table.further_targets = {{"kind", 0.0, {0.0F, 1.0F, 1.0F, 1.0F}, {"a", "b"}}};
  return table;
}

// Of the training rows alone: the fourth is not among them.
constexpr std::uint32_t rows[] = {0, 1, 2};

TEST(PreparedTarget, NumbersAreStandardisedClassesAreIndices) {
  Options options;
  options.class_weights = ClassWeights::balanced;
  options.target_weights = {{"kind", 0.25}};
  const data::Table table = table_of_two();
  const PreparedTarget size = prepared_target(table, 0, rows, options, {});
  EXPECT_EQ(size.scaler.mean.front(), 3.0);
  EXPECT_NEAR(size.values[2], 2.0 / std::sqrt(8.0 / 3.0), 1e-6);
  EXPECT_TRUE(size.class_weights.empty());
  EXPECT_EQ(size.weight, 1.0);
  const PreparedTarget kind = prepared_target(table, 1, rows, options, {});
  EXPECT_EQ(kind.values, (std::vector<float>{0.0F, 1.0F, 1.0F}));
  EXPECT_EQ(kind.weight, 0.25);
  // 3 rows / (2 classes * rows of the class).
  EXPECT_EQ(kind.class_weights, (std::vector<float>{1.5F, 0.75F}));
}

TEST(PreparedTarget, ValuesWithoutALogarithmAreRefusedByTheirColumn) {
  data::Table table = table_of_two();
  table.further_targets.push_back({"depth", 0.0, {1.0F, 2.0F, -1.0F, 4.0F}});
  Options options;
  options.objective.scale = TargetScale::log;
  EXPECT_EQ(input_error([&] { prepared_target(table, 2, rows, options, {}); }),
            "two: row 3, column 'depth': -1 has no logarithm; leave `target_scale` log out; counts "
            "with zeros take `loss` poisson");
}

TEST(TargetWeights, AreReadAndWritten) {
  const auto weights = parse_target_weights("a=2,b=c=0.5");
  EXPECT_EQ(weights, (std::vector<std::pair<std::string, double>>{{"a", 2.0}, {"b=c", 0.5}}));
  EXPECT_EQ(target_weights_text(weights), "a=2,b=c=0.5");
  EXPECT_TRUE(parse_target_weights("").empty());
  for (const char* bad :
       {"a", "a=", "=1", "a=0", "a=-1", "a=nan", "a=inf", "a=1e7", "a=1,a=2", ","}) {
    EXPECT_NE(input_error([&] { parse_target_weights(bad); }).find("is not NAME=WEIGHT"),
              std::string::npos)
        << bad;
  }
}

}  // namespace
}  // namespace terse::train
