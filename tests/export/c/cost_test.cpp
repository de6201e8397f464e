// That the figures are those of the simulators: tests/peers/device/targets_test.py.
#include "terse/export/c/cost.h"

#include <gtest/gtest.h>

namespace terse::export_c {
namespace {

Encoder encoder_of(std::size_t features, std::size_t thresholds, Form form,
                   const export_text::DeviceInput& input) {
  model::Model model;
  for (std::size_t f = 0; f < features; ++f) {
    std::vector<float> values;
    for (std::size_t j = 0; j < thresholds; ++j) values.push_back(static_cast<float>(10 * j + 5));
    model.features.push_back({"f", "", 0.0, 1.0});
    model.thresholds.add_feature(values);
  }
  return make_encoder(model, "m", form, std::vector<export_text::DeviceInput>(features, input), {});
}

TEST(ExpectedCosts, AreTheMeasuredOnesAtMeasuredSizes) {
  const auto costs =
      expected_costs(encoder_of(81, 3, Form::size, {export_text::ReadingType::int16, 1.0, 0.0}));
  ASSERT_EQ(costs.size(), 3U);
  EXPECT_EQ(costs[0].core, "ATmega328P");
  EXPECT_EQ(costs[0].flash_bytes, 562U);
  EXPECT_EQ(costs[0].time, 2785U);
  EXPECT_EQ(costs[0].time_unit, "cycles");
  EXPECT_EQ(costs[2].core, "RV32IMAC");
  EXPECT_EQ(costs[2].time_unit, "instructions");
}

TEST(ExpectedCosts, GrowWithTheNumberOfFeatures) {
  const auto few =
      expected_costs(encoder_of(10, 15, Form::speed, {export_text::ReadingType::uint16, 1.0, 0.0}));
  const auto many =
      expected_costs(encoder_of(20, 15, Form::speed, {export_text::ReadingType::uint16, 1.0, 0.0}));
  ASSERT_EQ(few.size(), many.size());
  for (std::size_t i = 0; i < few.size(); ++i) {
    EXPECT_GT(many[i].flash_bytes, few[i].flash_bytes);
    EXPECT_GT(many[i].time, few[i].time);
  }
}

TEST(ExpectedCosts, NothingIsSaidOfOtherShapes) {
  EXPECT_TRUE(
      expected_costs(encoder_of(6, 4, Form::size, {export_text::ReadingType::int16, 1.0, 0.0}))
          .empty());
  EXPECT_TRUE(
      expected_costs(encoder_of(6, 3, Form::size, {export_text::ReadingType::int16, -1.0, 0.0}))
          .empty());
  EXPECT_TRUE(
      expected_costs(encoder_of(6, 3, Form::size, {export_text::ReadingType::int32, 1.0, 0.0}))
          .empty());
}

}  // namespace
}  // namespace terse::export_c
