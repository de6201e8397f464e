#include "terse/train/special_inputs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"

namespace terse::train {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
using Rows = std::vector<std::uint32_t>;

// A number with gaps, categories with gaps, a number without.
data::Table small_table() {
  data::Table table;
  table.source = "small";
  table.feature_names = {"t", "room", "u"};
  table.target_name = "y";
  table.categories = {{}, {"attic", "hall"}, {}};
  const float values[5][4] = {
      {1, 0, 5, 1}, {nan, 1, 6, 2}, {3, nan, 7, 3}, {nan, 1, 8, 4}, {100, 0, 9, 5}};
  table.features = base::Matrix(5, 3);
  for (std::size_t r = 0; r < 5; ++r) {
    for (std::size_t f = 0; f < 3; ++f) table.features(r, f) = values[r][f];
    table.target.push_back(values[r][3]);
  }
  return table;
}

const Rows training_rows = {0, 1, 2, 3};

TEST(SpecialInputs, LevelsGoWhereTheyAreNeeded) {
  Options options;
  std::vector<std::size_t> levels = {4, 16, 4};
  auto features = special_features(small_table(), options, levels);
  EXPECT_TRUE(features[0].missing_level && features[1].missing_level);
  EXPECT_TRUE(features[2].plain());
  EXPECT_EQ(features[1].categories, (std::vector<std::string>{"attic", "hall"}));
  EXPECT_EQ(features[1].special_levels(), 3U);
  options.unseen_level = true;
  options.drop_rate = 0.1;
  levels[2] = 1;
  features = special_features(small_table(), options, levels);
  EXPECT_EQ(features[1].special_levels(), 4U);
  EXPECT_TRUE(features[2].plain()) << "not sent";
  levels[2] = 2;
  EXPECT_TRUE(special_features(small_table(), options, levels)[2].missing_level);
  options.levels = {{"room", 3}};
  EXPECT_THROW(special_features(small_table(), options, levels), base::InputError);
}

TEST(SpecialInputs, GapsAreFilledFromTheTrainingRowsAndScaledByWhatIsThere) {
  const base::Matrix filled = filled_readings(small_table(), training_rows);
  EXPECT_EQ(filled(1, 0), 1.0F);
  EXPECT_EQ(filled(3, 0), 3.0F);
  EXPECT_EQ(filled(2, 1), 0.0F);
  EXPECT_EQ(filled(3, 2), 8.0F);
  const data::Scaler scaler = fit_present(small_table(), training_rows);
  EXPECT_EQ(scaler.mean, (std::vector<double>{2.0, 0.0, 6.5}));
  EXPECT_EQ(scaler.deviation[0], 1.0);
  EXPECT_EQ(scaler.deviation[1], 1.0);
}

TEST(SpecialInputs, OneInputPerLevel) {
  const data::Table table = small_table();
  const std::vector<std::size_t> levels = {4, 3, 4};
  const auto features = special_features(table, {}, levels);
  base::Matrix inputs(4, 3);
  for (float& value : inputs.values()) value = 0.5F;
  const SpecialInputs values =
      special_inputs(table, training_rows, features, inputs, SpecialKind::value, {});
  EXPECT_EQ(values.copies, 1U);
  EXPECT_EQ(values.trained, (std::vector<bool>{true, true, true, true}));
  const float expected[4][7] = {{0.5F, 0, 0.5F, 0, 1, 0, 0},
                                {0, 0, 0.5F, 1, 0, 1, 0},
                                {0.5F, 0, 0.5F, 0, 0, 0, 1},
                                {0, 0, 0.5F, 1, 0, 1, 0}};
  const SpecialInputs steps =
      special_inputs(table, training_rows, features, inputs, SpecialKind::step, {});
  for (std::size_t r = 0; r < 4; ++r) {
    for (std::size_t c = 0; c < 7; ++c) {
      EXPECT_EQ(values.inputs(r, c), expected[r][c]) << r << ", " << c;
      const float value = steps.inputs(r, c);
      if (c >= 3) {
        EXPECT_EQ(value, expected[r][c] == 1.0F ? 64.0F : -64.0F);
      } else if (c < 2) {
        EXPECT_EQ(value, expected[r][c] == 0.5F ? 0.5F : -64.0F);
      }
    }
  }
  const SpecialInputs first =
      special_inputs(table, Rows{0}, features, {inputs.data(), 1, 3}, SpecialKind::value, {});
  EXPECT_EQ(first.trained, (std::vector<bool>{false, true, false, false}));
}

TEST(SpecialInputs, ReadingsAreDroppedAtTheirRate) {
  data::Table table;
  table.feature_names = {"a", "room"};
  table.categories = {{}, {"x", "y"}};
  table.features = base::Matrix(5000, 2);
  for (std::size_t r = 0; r < 5000; ++r) table.features(r, 1) = static_cast<float>(r % 2);
  Options options;
  options.drop_rate = 0.2;
  options.unseen_level = true;
  const auto features = special_features(table, options, std::vector<std::size_t>{4, 4});
  Rows rows(5000);
  std::iota(rows.begin(), rows.end(), 0U);
  const base::Matrix inputs(5000, 2);
  const SpecialInputs made =
      special_inputs(table, rows, features, inputs, SpecialKind::value, options);
  ASSERT_EQ(made.inputs.rows(), made.copies * 5000);
  std::vector<double> share(5, 0.0);
  for (std::size_t r = 0; r < made.inputs.rows(); ++r) {
    for (std::size_t level = 0; level < 5; ++level) share[level] += made.inputs(r, 2 + level);
  }
  for (double& value : share) value /= static_cast<double>(made.inputs.rows());
  // Binomial of 40,000: five deviations are 0.01. a missing; room x, y, unseen, missing.
  EXPECT_NEAR(share[0], 0.2, 0.01);
  EXPECT_NEAR(share[1], 0.5 * 0.64, 0.012);
  EXPECT_NEAR(share[2], 0.5 * 0.64, 0.012);
  EXPECT_NEAR(share[3], 0.8 * 0.2, 0.01);
  EXPECT_NEAR(share[4], 0.2, 0.01);
}

// y = t, or 40 in a gap, plus 10 in one of two rooms: nothing but the special levels can tell.
class LearnsSpecial : public testing::TestWithParam<quantize::Method> {};

TEST_P(LearnsSpecial, GapsAndCategories) {
  data::Table table;
  table.source = "made";
  table.feature_names = {"t", "room"};
  table.categories = {{}, {"attic", "hall"}};
  table.target_name = "y";
  table.features = base::Matrix(2000, 2);
  base::Random random(3);
  for (std::size_t r = 0; r < 2000; ++r) {
    const float t = static_cast<float>(random.below(4));
    const bool gap = random.below(5) == 0;
    const bool hall = random.below(2) == 1;
    table.features(r, 0) = gap ? nan : t;
    table.features(r, 1) = hall ? 1.0F : 0.0F;
    table.target.push_back((gap ? 40.0F : t) + (hall ? 10.0F : 0.0F));
  }
  Options options;
  options.method = GetParam();
  options.bits = 3;
  options.hidden = {32};
  options.epochs = 60;
  options.batch_rows = 64;
  options.learning_rate = 5e-3;
  const auto rows = all_rows(table);
  const model::Model model = train_model(table, rows, options);
  EXPECT_GT(evaluate(model, table, rows).r2, 0.99);
}

INSTANTIATE_TEST_SUITE_P(SpecialInputs, LearnsSpecial, testing::ValuesIn(quantize::network_methods),
                         [](const auto& test) {
                           std::string name(quantize::id(test.param));
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace terse::train
