#include "terse/allocate/training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "terse/allocate/merge_cost.h"
#include "terse/data/frame.h"
#include "terse/data/table.h"

namespace terse::allocate {
namespace {

class TrainingTest : public testing::Test {
 protected:
  TrainingTest() {
    const data::Table table = data::select(data::read_frame("fried:1200", {}), {.target = "y"});
    std::vector<std::uint32_t> rows(table.rows());
    std::iota(rows.begin(), rows.end(), 0U);
    options_.bits = 2;
    options_.hidden = {16};
    options_.batch_rows = 64;
    prepared_ = train::prepare(table, rows, options_);
  }

  double loss(const LevelTable& levels) const {
    return loss_of({}, levels, {prepared_.inputs, prepared_.targets});
  }
  TrainingRows rows() const { return {prepared_.inputs, prepared_.targets, 1}; }

  train::Options options_;
  train::Preparation prepared_;
};

TEST_F(TrainingTest, LowersTheLossAndGoesOnFromThere) {
  const Phase none{.epochs = 0};
  const LevelTable fresh = trained({}, prepared_, options_, none, 1);
  const Phase some{.epochs = 15, .rate_begin = 5e-3, .rate_end = 1e-3};
  const LevelTable first = trained({}, prepared_, options_, some, 1);
  EXPECT_LT(loss(first), 0.6 * loss(fresh));
  // No epoch: the same network, whatever the seed.
  EXPECT_NEAR(loss(trained_on({}, rows(), first, options_, none, 2)), loss(first), 1e-5);
  const Phase more{.epochs = 15, .temperature_begin = 0.1, .rate_begin = 2e-3, .rate_end = 1e-4};
  EXPECT_LT(loss(trained_on({}, rows(), first, options_, more, 2)), loss(first));
}

TEST_F(TrainingTest, SameSeedSameBits) {
  const Phase phase{.epochs = 2};
  const LevelTable one = trained({}, prepared_, options_, phase, 7);
  const LevelTable other = trained({}, prepared_, options_, phase, 7);
  EXPECT_EQ(one.thresholds.values, other.thresholds.values);
  EXPECT_TRUE(std::ranges::equal(one.rows.values(), other.rows.values()));
}

TEST_F(TrainingTest, StopsWhenAsked) {
  const std::atomic<bool> stop = true;
  train::Observer observer;
  observer.stop = &stop;
  EXPECT_THROW(trained({}, prepared_, options_, {}, 1, observer), train::Interrupted);
}

}  // namespace
}  // namespace terse::allocate
