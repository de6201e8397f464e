#include "terse/model/forest.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/forest_examples.h"
#include "terse/model/encoder.h"
#include "terse/model/messages.h"
#include "terse/model/predictor.h"

namespace terse::model {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

FoldInput some_input() {
  return random_fold_input(quantize::Method::bw_sq, {.features = 5, .seed = 4});
}

TEST(Forest, ReadingsAreRoundedDownAndHeldToInt16) {
  const ForestInput input{0, 10.0F, 2.0F};
  EXPECT_EQ(forest_input(input, 10.0F), 0);
  EXPECT_EQ(forest_input(input, 10.4F), 0);
  EXPECT_EQ(forest_input(input, 10.5F), 1);
  EXPECT_EQ(forest_input(input, 9.9F), -1);
  EXPECT_EQ(forest_input(input, 9.5F), -1);
  EXPECT_EQ(forest_input(input, 9.4F), -2);
  EXPECT_EQ(forest_input(input, 10.0F + 16383.5F), 32767);
  EXPECT_EQ(forest_input(input, 10.0F + 16383.0F), 32766);
  EXPECT_EQ(forest_input(input, 10.0F - 16384.0F), -32768);
  EXPECT_EQ(forest_input(input, 10.0F - 16383.5F), -32767);
  EXPECT_EQ(forest_input(input, 3e38F), 32767);
  EXPECT_EQ(forest_input(input, -3e38F), -32768);
  EXPECT_EQ(forest_input(input, infinity), 32767);
  EXPECT_EQ(forest_input(input, -infinity), -32768);
  EXPECT_EQ(forest_input(input, std::nanf("")), -32768);
}

TEST(Forest, SumsAreThoseOfTheDefinition) {
  for (const std::size_t depth : {1U, 2U, 5U, 8U}) {
    const Model model = with_forest(some_input(), depth, 9);
    const Forest& forest = *model.features.back().forest;
    ASSERT_EQ(forest_problem(forest, 5), "");
    base::Matrix readings(200, 5);
    base::Random random(depth);
    for (std::size_t r = 0; r < 200; ++r) {
      for (std::size_t f = 0; f < 5; ++f) {
        const Feature& feature = model.features[f];
        readings(r, f) = static_cast<float>(feature.mean + 3 * feature.deviation * random.normal());
      }
    }
    readings(7, 2) = std::nanf("");
    std::vector<float> sums(200);
    add_forest_sums(forest, readings, {sums.data(), 200, 1});
    std::size_t different = 0;
    for (std::size_t r = 0; r < 200; ++r) {
      std::vector<std::int16_t> inputs;
      for (const ForestInput& input : forest.inputs) {
        inputs.push_back(forest_input(input, readings(r, input.feature)));
      }
      const int expected = sum_in_other_words(forest, readings.row(r));
      ASSERT_EQ(forest_sum(forest, inputs), expected);
      ASSERT_EQ(sums[r], static_cast<float>(expected));
      different += r > 0 && sums[r] != sums[r - 1] ? 1 : 0;
    }
    EXPECT_GT(different, 20U);
  }
}

// More rows than are computed at once, on readings with a stride.
TEST(Forest, TheEncoderCountsItsCuts) {
  const Model model = with_forest(some_input());
  EXPECT_EQ(model.readings(), 5U);
  EXPECT_EQ(model.features.size(), 6U);
  base::Matrix wide = example_readings(model, 700);
  const base::ConstMatrixView readings(wide.data(), 700, 5, 6);
  std::vector<quantize::Code> codes(700 * 6);
  const Encoder encoder(model);
  encoder.encode(readings, codes);
  std::vector<std::size_t> seen(8);
  for (std::size_t r = 0; r < 700; ++r) {
    for (std::size_t f = 0; f < 5; ++f) {
      ASSERT_EQ(codes[6 * r + f], quantize::code_of(readings(r, f), model.thresholds.of(f)));
    }
    const auto sum =
        static_cast<float>(sum_in_other_words(*model.features.back().forest, readings.row(r)));
    const std::size_t expected = quantize::code_of(sum, model.thresholds.of(5));
    ASSERT_EQ(codes[6 * r + 5], expected);
    ++seen[expected];
  }
  EXPECT_GT(seen.front(), 0U);
  EXPECT_GT(seen.back(), 0U);
  EXPECT_TRUE(encoder.takes(readings.row(0)));
  wide(0, 3) = std::nanf("");
  EXPECT_FALSE(encoder.takes(readings.row(0)));
}

TEST(Forest, MessagesAndPredictionsComeFromReadingsAlone) {
  const Model model = with_forest(some_input());
  const base::Matrix wide = example_readings(model, 30);
  const base::ConstMatrixView readings(wide.data(), 30, 5, 6);
  std::vector<quantize::Code> codes(30 * 6);
  Predictor predictor(model, 8);
  predictor.encode(readings, codes);
  std::vector<float> direct(30);
  std::vector<float> from_codes(30);
  predictor.predict(readings, direct);
  predictor.predict_codes(codes, 30, from_codes);
  EXPECT_EQ(direct, from_codes);
  const auto payloads = messages_of(model, readings);
  const auto content = content_of(model, payloads, 30, "payloads");
  EXPECT_EQ(std::get<std::vector<quantize::Code>>(content), codes);
}

TEST(Forest, ReadingsThatItNeedsAreNeededThoughNotSent) {
  Model model;
  model.features = {{"a", ""}, {"b", ""}, {"c", ""}, {"level", ""}};
  for (std::size_t f = 0; f < 3; ++f) model.thresholds.add_feature({});
  model.thresholds.add_feature(std::vector<float>{0.0F});
  model.features[3].forest = Forest{{{1, 0.0F, 1.0F}}, 1, {0}, {5}, {-1, 1}};
  EXPECT_EQ(model.sent(), (std::vector<bool>{false, false, false, true}));
  EXPECT_EQ(model.needed(), (std::vector<bool>{false, true, false, true}));
  EXPECT_EQ(model.compression(), 96.0);
}

TEST(Forest, WhatDoesNotFitHasAProblem) {
  const Model model = with_forest(some_input());
  const auto problem = [&](const auto& spoil) {
    Forest forest = *model.features.back().forest;
    spoil(forest);
    return forest_problem(forest, 5);
  };
  EXPECT_EQ(problem([](Forest&) {}), "");
  EXPECT_EQ(problem([](Forest& f) { f.inputs.clear(); }), "has 0 inputs, not 1 to 256");
  EXPECT_EQ(problem([](Forest& f) { f.inputs.back().feature = 5; }),
            "has an input that is not a reading");
  EXPECT_EQ(problem([](Forest& f) { f.inputs[1].feature = 0; }), "has inputs out of order");
  EXPECT_EQ(problem([](Forest& f) { f.inputs[1].scale = 0.0F; }), "has an input without a scale");
  EXPECT_EQ(problem([](Forest& f) { f.inputs[1].offset = infinity; }),
            "has an input without a scale");
  EXPECT_EQ(problem([](Forest& f) { f.depth = 9; }), "has depth 9, not 1 to 8");
  EXPECT_EQ(problem([](Forest& f) { f.depth = 7; }), "has 0 trees, not 1 to 4096");
  EXPECT_EQ(problem([](Forest& f) { f.leaves.pop_back(); }), "has trees that are not complete");
  EXPECT_EQ(problem([](Forest& f) { f.nodes.push_back(0); }), "has trees that are not complete");
  EXPECT_EQ(problem([](Forest& f) { f.nodes[3] = 5; }), "compares an input that it does not have");
  EXPECT_EQ(forest_table_bytes(*model.features.back().forest), 7U * (3 * 7 + 8) + 5 * 8);
}

}  // namespace
}  // namespace terse::model
