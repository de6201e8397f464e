#include "terse/allocate/decoders.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "terse/data/frame.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"

namespace terse::allocate {
namespace {

class DecodersTest : public testing::Test {
 protected:
  DecodersTest() {
    table_ = data::select(data::read_frame("fried:2000", {}), {.target = "y"});
    std::vector<std::uint32_t> rows(table_.rows());
    std::iota(rows.begin(), rows.end(), 0U);
    split_ = data::folds(rows, 4, 5).front();
    training_.hidden = {32};
    training_.epochs = 10;
    training_.batch_rows = 64;
    training_.learning_rate = 3e-3;
  }

  double mean(const std::vector<double>& losses) const {
    EXPECT_EQ(losses.size(), split_.test.size());
    return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
  }

  data::Table table_;
  data::Split split_;
  train::Options training_;
};

TEST_F(DecodersTest, ValidationRowsAreInTheUnitsOfTheTrainingRows) {
  const train::Preparation fit = train::prepare(table_, split_.train, training_);
  // The training rows taken as validation rows are those of the preparation.
  const ValidationRows same = validation_rows(table_, split_.train, fit, training_);
  EXPECT_TRUE(std::ranges::equal(same.inputs.values(), fit.inputs.values()));
  EXPECT_EQ(same.targets, fit.targets);
}

TEST_F(DecodersTest, GapsAndCategoriesAreWhatTheyAreInTraining) {
  table_.categories.assign(10, {});
  table_.categories[3] = {"a", "b"};
  for (std::size_t r = 0; r < table_.rows(); ++r) {
    table_.features(r, 3) = std::round(table_.features(r, 3));
    if (r % 7 == 0) table_.features(r, 0) = std::numeric_limits<float>::quiet_NaN();
  }
  const train::Preparation fit = train::prepare(table_, split_.train, training_);
  const ValidationRows rows = validation_rows(table_, split_.test, fit, training_);
  ASSERT_EQ(rows.inputs.columns(), 13U);
  for (std::size_t i = 0; i < split_.test.size(); ++i) {
    EXPECT_EQ(rows.inputs(i, 10) > 0.0F, split_.test[i] % 7 == 0);
    EXPECT_EQ(rows.inputs(i, 12) > 0.0F, table_.features(split_.test[i], 3) == 1.0F);
  }
}

TEST_F(DecodersTest, FullPrecisionLosesWhatEvaluateSays) {
  train::Options fp = training_;
  fp.method = quantize::Method::fp;
  const model::Model model = train::train_model(table_, split_.train, fp);
  const double expected = train::evaluate(model, table_, split_.test).mse;
  const double measured =
      mean(full_precision_losses({}, table_, split_, training_, train::Decoder::network, {}));
  EXPECT_NEAR(measured, expected, 1e-5 * expected);
  EXPECT_LT(mean(full_precision_losses({}, table_, split_, training_, train::Decoder::boosted, {})),
            0.25);
}

TEST_F(DecodersTest, FullPrecisionOfClassesIsLogLoss) {
  table_.classes = {"low", "high"};
  for (float& target : table_.target) target = target > 14.0F ? 1.0F : 0.0F;
  train::Options fp = training_;
  fp.method = quantize::Method::fp;
  const model::Model model = train::train_model(table_, split_.train, fp);
  const double expected = train::evaluate(model, table_, split_.test).loss();
  const Task task{.classes = 2, .class_weights = {}};
  EXPECT_NEAR(
      mean(full_precision_losses(task, table_, split_, training_, train::Decoder::network, {})),
      expected, 1e-4);
}

TEST_F(DecodersTest, TreesLearnFromCodes) {
  const train::Preparation fit = train::prepare(table_, split_.train, training_);
  const ValidationRows validation = validation_rows(table_, split_.test, fit, training_);
  ShrinkingNetwork network;
  network.table = trained({}, fit, training_, {.epochs = 1}, 1);
  network.inputs = fit.inputs;
  network.targets = fit.targets;
  network.measured = validation.inputs;
  network.measured_targets = validation.targets;
  EXPECT_LT(mean(boosted_losses({}, network, training_, {})), 0.25);
  // The same rows twice, as with readings dropped: what stops growth is not grown on.
  network.inputs = base::Matrix(2 * fit.inputs.rows(), fit.inputs.columns());
  const auto size = static_cast<std::ptrdiff_t>(fit.inputs.values().size());
  std::ranges::copy(fit.inputs.values(), network.inputs.values().begin());
  std::ranges::copy(fit.inputs.values(), network.inputs.values().begin() + size);
  network.targets.insert(network.targets.end(), fit.targets.begin(), fit.targets.end());
  network.copies = 2;
  EXPECT_LT(mean(boosted_losses({}, network, training_, {})), 0.25);
}

TEST_F(DecodersTest, TreesLearnClassesFromCodes) {
  table_.classes = {"low", "high"};
  for (float& target : table_.target) target = target > 14.0F ? 1.0F : 0.0F;
  const train::Preparation fit = train::prepare(table_, split_.train, training_);
  const ValidationRows validation = validation_rows(table_, split_.test, fit, training_);
  const Task task = task_of(table_, fit, training_);
  ShrinkingNetwork network;
  network.table = trained(task, fit, training_, {.epochs = 1}, 1);
  network.inputs = fit.inputs;
  network.targets = fit.targets;
  network.measured = validation.inputs;
  network.measured_targets = validation.targets;
  // Knowing nothing loses log 2.
  EXPECT_LT(mean(boosted_losses(task, network, training_, {})), 0.4);
  EXPECT_LT(
      mean(full_precision_losses(task, table_, split_, training_, train::Decoder::boosted, {})),
      0.4);
}

}  // namespace
}  // namespace terse::allocate
