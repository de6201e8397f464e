#include "terse/train/objective.h"
#include "terse/train/options.h"

#include <gtest/gtest.h>

#include "data/input_error.h"

namespace terse::train {
namespace {

TEST(Objective, TextsComeBack) {
  for (const char* text : {"squared", "absolute", "poisson", "quantile:0.9", "quantile:0.05"}) {
    Objective objective;
    ASSERT_TRUE(parse_loss(text, objective)) << text;
    EXPECT_EQ(loss_text(objective), text);
  }
  for (const char* text : {"", "quantile", "quantile:", "quantile:0", "quantile:1", "quantile:2",
                           "quantile:x", "Squared", "cross_entropy"}) {
    Objective objective{.loss = inference::Loss::poisson};
    EXPECT_FALSE(parse_loss(text, objective)) << text;
    EXPECT_EQ(objective.loss, inference::Loss::poisson);
  }
  EXPECT_EQ(parse_target_scale("log"), TargetScale::log);
  EXPECT_EQ(parse_target_scale("Log"), std::nullopt);
}

TEST(Objective, IsFoundInTheRecord) {
  model::Model model;
  EXPECT_EQ(objective_of(model), Objective{});
  model.record.settings = {{"bits", "4"}, {"loss", "quantile:0.9"}, {"target_scale", "log"}};
  const Objective expected{inference::Loss::quantile, 0.9, TargetScale::log};
  EXPECT_EQ(objective_of(model), expected);
}

TEST(Objective, PoissonHasNoOtherScale) {
  check({.loss = inference::Loss::poisson});
  EXPECT_NE(input_error([] {
              check({.loss = inference::Loss::poisson, .scale = TargetScale::log});
            }).find("target_scale: log does not go with `loss` poisson"),
            std::string::npos);
}

}  // namespace
}  // namespace terse::train
