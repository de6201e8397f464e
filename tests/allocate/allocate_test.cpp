#include "terse/allocate/allocate.h"

#include <gtest/gtest.h>

#include "terse/data/split.h"
#include "terse/model/file.h"
#include "terse/train/evaluate.h"

namespace terse::allocate {
namespace {

class AllocateTest : public testing::Test {
 protected:
  AllocateTest() {
    table_ = data::select(data::read_frame("fried:4000", {}), {.target = "y"});
    split_ = data::random_split(table_.rows(), 0.1, 1);
    training_.bits = 3;
    training_.hidden = {32, 32};
    training_.epochs = 20;
    training_.batch_rows = 128;
    training_.learning_rate = 3e-3;
    training_.seed = 1;
  }

  data::Table table_;
  data::Split split_;
  train::Options training_;
};

TEST_F(AllocateTest, FitsAndBeatsEqualBits) {
  const Allocation found = allocate(table_, split_.train, training_, {.payload_bytes = 2});
  EXPECT_LE(found.model.payload_bytes(), 2U);
  EXPECT_GT(found.model.payload_bits(), 8U);
  // Five of the ten features are noise: they may get few of the bits.
  const auto levels = found.model.levels();
  for (std::size_t f = 0; f < 5; ++f) EXPECT_GT(levels[f], 1U) << f;
  EXPECT_LT(information_bits(std::span(levels).subspan(5)), 2.5);

  train::Options equal = training_;
  equal.bits = 1;
  const model::Model ten_bits = train::train_model(table_, split_.train, equal);
  const double allocated = train::evaluate(found.model, table_, split_.test).mse;
  EXPECT_LT(allocated, 0.6 * train::evaluate(ten_bits, table_, split_.test).mse);

  ASSERT_GT(found.curve.size(), 2U);
  EXPECT_NEAR(found.curve.front().bits, 30.0, 1e-9);
  for (std::size_t p = 1; p < found.curve.size(); ++p) {
    EXPECT_LT(found.curve[p].bits, found.curve[p - 1].bits);
  }
  const Allocation again = allocate(table_, split_.train, training_, {.payload_bytes = 2});
  EXPECT_EQ(model::to_bytes(again.model), model::to_bytes(found.model));
}

TEST_F(AllocateTest, TreesMayPredictInTheEnd) {
  training_.decoder = train::Decoder::boosted;
  training_.epochs = 5;
  const Allocation found = allocate(table_, split_.train, training_, {.payload_bytes = 2});
  EXPECT_FALSE(found.model.trees.empty());
  EXPECT_LE(found.model.payload_bytes(), 2U);
  EXPECT_LT(train::evaluate(found.model, table_, split_.test).mse, 0.5);
}

TEST_F(AllocateTest, RefusesWhatItCannotAllocate) {
  EXPECT_THROW(allocate(table_, split_.train, training_, {.payload_bytes = 0}), InputError);
  table_.classes = {"low", "high"};
  for (float& target : table_.target) target = target > 14.0F ? 1.0F : 0.0F;
  EXPECT_THROW(allocate(table_, split_.train, training_, {.payload_bytes = 2}), InputError);
}

}  // namespace
}  // namespace terse::allocate
