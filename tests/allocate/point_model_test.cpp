#include "terse/allocate/point_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "terse/data/frame.h"
#include "terse/data/split.h"
#include "terse/model/file.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"

namespace terse::allocate {
namespace {

class PointModelTest : public testing::Test {
 protected:
  PointModelTest() {
    table_ = data::select(data::read_frame("fried:3000", {}), {.target = "y"});
    split_ = data::random_split(table_.rows(), 0.1, 1);
    training_.bits = 3;
    training_.hidden = {32, 32};
    training_.epochs = 15;
    training_.batch_rows = 128;
    training_.learning_rate = 3e-3;
    training_.seed = 1;
    options_.folds = 2;
  }

  model::Model model_for(double budget) {
    options_.budgets = {budget};
    const Curve found = curve(table_, split_.train, training_, options_);
    return model_of(found.points.front(), table_, split_.train, training_, options_);
  }
  double test_loss(const model::Model& model) const {
    return train::evaluate(model, table_for(model, table_), split_.test).loss();
  }

  data::Table table_;
  data::Split split_;
  train::Options training_;
  AllocateOptions options_;
};

TEST_F(PointModelTest, FitsAndBeatsEqualBits) {
  options_.decoders = {train::Decoder::network};
  const model::Model model = model_for(16);
  EXPECT_LE(model.payload_bits(), 16U);
  EXPECT_TRUE(std::holds_alternative<model::decoder::Lookup>(model.decoder));
  train::Options equal = training_;
  equal.bits = 1;
  const model::Model ten_bits = train::train_model(table_, split_.train, equal);
  EXPECT_LT(test_loss(model), 0.6 * train::evaluate(ten_bits, table_, split_.test).mse);
  EXPECT_EQ(model::to_bytes(model_for(16)), model::to_bytes(model));
}

TEST_F(PointModelTest, TreesMayDecode) {
  options_.decoders = {train::Decoder::boosted};
  training_.epochs = 5;
  const model::Model model = model_for(13);
  EXPECT_TRUE(std::holds_alternative<model::decoder::Trees>(model.decoder));
  EXPECT_LE(model.payload_bits(), 13U);
  EXPECT_LT(test_loss(model), 0.5);
}

// A row's class depends on X1 alone; three further columns are noise, one of them of names.
TEST_F(PointModelTest, ClassesGapsAndCategories) {
  table_.classes = {"low", "high"};
  table_.categories.assign(10, {});
  table_.categories[8] = {"a", "b", "c", "d"};
  table_.categories[9] = {"p", "q", "r", "s", "t"};
  for (std::size_t r = 0; r < table_.rows(); ++r) {
    auto row = table_.features.row(r);
    row[8] = std::floor(row[8] * 3.999F);
    row[9] = std::floor(row[9] * 4.999F);
    const bool high = row[0] + (row[9] == 2.0F || row[9] == 4.0F ? 0.4F : 0.0F) > 0.7F;
    table_.target[r] = high ? 1.0F : 0.0F;
    if (r % 10 == 0) row[0] = std::numeric_limits<float>::quiet_NaN();
  }
  const model::Model model = model_for(4.5);
  EXPECT_EQ(std::get<model::Classes>(model.output).labels, table_.classes);
  EXPECT_LE(model.payload_bytes(), 1U);
  const auto own = [&](const char* name) -> const model::Feature* {
    for (const model::Feature& feature : model.features) {
      if (feature.name == name) return &feature;
    }
    return nullptr;
  };
  ASSERT_NE(own("X1"), nullptr);
  EXPECT_TRUE(own("X1")->missing_level);
  ASSERT_NE(own("X10"), nullptr);
  // r and t say the same, and so do p, q and s.
  EXPECT_LT(own("X10")->special_levels(), 5U);
  EXPECT_EQ(own("X9"), nullptr);
  const auto metrics = train::evaluate(model, table_for(model, table_), split_.test);
  EXPECT_GT(metrics.classes.accuracy, 0.85);
  // What is written is read again and says the same.
  const model::Model again = model::from_bytes(model::to_bytes(model), "memory");
  EXPECT_EQ(train::evaluate(again, table_for(again, table_), split_.test).loss(), metrics.loss());
  options_.decoders = {train::Decoder::boosted};
  const model::Model trees = model_for(4.5);
  ASSERT_TRUE(std::holds_alternative<model::decoder::Trees>(trees.decoder));
  EXPECT_EQ(trees.features.size(), model.features.size());
  EXPECT_GT(train::evaluate(trees, table_for(trees, table_), split_.test).classes.accuracy, 0.85);
}

}  // namespace
}  // namespace terse::allocate
