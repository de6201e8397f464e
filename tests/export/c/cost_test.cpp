// That the figures are those of the simulators: tests/peers/device/targets_test.py.
#include "terse/export/c/cost.h"

#include <gtest/gtest.h>

#include "export/c/examples.h"

namespace terse::export_c {
namespace {

Encoder measured_encoder(std::size_t features, std::size_t thresholds, Form form,
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
  const auto costs = expected_costs(
      measured_encoder(81, 3, Form::size, {export_text::ReadingType::int16, 1.0, 0.0}));
  ASSERT_EQ(costs.size(), 3U);
  EXPECT_EQ(costs[0].core, "ATmega328P");
  EXPECT_EQ(costs[0].flash_bytes, 562U);
  EXPECT_EQ(costs[0].time, 2785U);
  EXPECT_EQ(costs[0].time_unit, "cycles");
  EXPECT_EQ(costs[2].core, "RV32IMAC");
  EXPECT_EQ(costs[2].time_unit, "instructions");
}

TEST(ExpectedCosts, GrowWithTheNumberOfFeatures) {
  const auto few = expected_costs(
      measured_encoder(10, 15, Form::speed, {export_text::ReadingType::uint16, 1.0, 0.0}));
  const auto many = expected_costs(
      measured_encoder(20, 15, Form::speed, {export_text::ReadingType::uint16, 1.0, 0.0}));
  ASSERT_EQ(few.size(), many.size());
  for (std::size_t i = 0; i < few.size(); ++i) {
    EXPECT_GT(many[i].flash_bytes, few[i].flash_bytes);
    EXPECT_GT(many[i].time, few[i].time);
  }
}

TEST(ExpectedCosts, NothingIsSaidOfOtherShapes) {
  EXPECT_TRUE(expected_costs(
                  measured_encoder(6, 20, Form::size, {export_text::ReadingType::int16, 1.0, 0.0}))
                  .empty());
  EXPECT_TRUE(expected_costs(
                  measured_encoder(6, 3, Form::size, {export_text::ReadingType::int16, -1.0, 0.0}))
                  .empty());
  EXPECT_TRUE(expected_costs(
                  measured_encoder(6, 3, Form::size, {export_text::ReadingType::int32, 1.0, 0.0}))
                  .empty());
}

TEST(ExpectedCosts, AreThoseOfTheShapeWhereSomeThresholdsAreOutOfReach) {
  model::Model model;
  for (int f = 0; f < 81; ++f) {
    model.features.push_back({"f", "", 0.0, 1.0});
    model.thresholds.add_feature(f % 9 == 0 ? std::vector<float>{-1.0F, 5.0F, 70000.0F}
                                            : std::vector<float>{5.0F, 15.0F, 25.0F});
  }
  const auto costs =
      expected_costs(encoder_of(model, input(export_text::ReadingType::uint16), Form::size));
  ASSERT_EQ(costs.size(), 3U);
  EXPECT_EQ(costs[0].flash_bytes, 562U);
}

TEST(ExpectedCosts, AreNotReadOffAFeatureThatNeedsNoComparison) {
  const model::Model model = model_of(
      {{70000.0F, 80000.0F, 90000.0F}, {256.0F, 512.0F, 768.0F}, {256.0F, 512.0F, 768.0F}});
  const std::vector<export_text::DeviceInput> inputs(3,
                                                     {export_text::ReadingType::uint16, 1.0, 0.0});
  EXPECT_EQ(expected_costs(make_encoder(model, "m", Form::size, inputs, {})).size(), 3U);
  // Rounded to a byte, keys are shifted: that loop was not measured.
  EXPECT_TRUE(expected_costs(make_encoder(model, "m", Form::size, inputs, {}, 1)).empty());
}

TEST(TableBytes, LeaveOutWhatIsOutOfReach) {
  const auto bytes = [](std::initializer_list<std::vector<float>> thresholds) {
    model::Model model = model_of(thresholds);
    model.packing = payload::Packing::radix;
    return table_bytes(encoder_of(model, input(export_text::ReadingType::uint16)));
  };
  // Rows of different lengths: 2 and 1 thresholds, and a list of how many they are.
  EXPECT_EQ(bytes({{1.0F, 2.0F}, {3.0F}}), 8U);
  // The same with what all pass, which is a list more, and with what none passes, too.
  EXPECT_EQ(bytes({{-2.0F, -1.0F, 1.0F, 2.0F}, {3.0F}}), 10U);
  EXPECT_EQ(bytes({{-2.0F, -1.0F, 1.0F, 2.0F}, {3.0F, 1e6F}}), 12U);
}

TEST(TableBytes, CountThresholdsAndListsBesideThem) {
  const std::vector<export_text::DeviceInput> words = {input(export_text::ReadingType::int16),
                                                       input(export_text::ReadingType::int16)};
  EXPECT_EQ(table_bytes(encoder_of(model_of({{1.0F, 2.0F, 3.0F}, {4.0F, 5.0F, 6.0F}}), words)),
            12U);
  // As many bits: a place for the level that is not used.
  EXPECT_EQ(table_bytes(encoder_of(model_of({{1.0F, 2.0F}, {4.0F, 5.0F, 6.0F}}), words)), 12U);
  // Codes of different widths: rows of 3 and of 1, and three bytes for each run and for their end.
  EXPECT_EQ(table_bytes(encoder_of(model_of({{1.0F, 2.0F}, {4.0F}}), words)), 4U * 2 + 3 * 3);
  // And of two kinds, because one feature's scale is negative: a list of kinds.
  EXPECT_EQ(table_bytes(encoder_of(model_of({{1.0F}, {4.0F}}),
                                   {words[0], input(export_text::ReadingType::int16, -1.0)})),
            8U);
  EXPECT_EQ(table_bytes(encoder_of(model_of({{1.0F}, {4.0F}}), words, Form::speed)), 0U);
}

}  // namespace
}  // namespace terse::export_c
