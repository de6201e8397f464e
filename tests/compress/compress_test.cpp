#include "terse/compress/compress.h"

#include <gtest/gtest.h>

#include "compress/examples.h"
#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/train/metrics.h"

namespace terse::compress {
namespace {

CompressOptions quick(Policy policy) {
  CompressOptions options;
  options.policy = policy;
  options.search_epochs = 2;
  options.final_epochs = 6;
  options.learning_rate = 2e-3;
  return options;
}

class CompressBy : public testing::TestWithParam<Policy> {};

TEST_P(CompressBy, KeepsWithinTheMemory) {
  for (const bool classes : {false, true}) {
    const Example made = example(classes);
    const FloatNetwork network = made.network();
    CompressOptions options = quick(GetParam());
    options.budget.memory_bytes = costs(network, Widths(3, 4)).bytes;
    const Compression result = compress(made.model, "m.terse", made.table, made.rows, options);
    EXPECT_LE(result.costs.bytes, *options.budget.memory_bytes);
    EXPECT_TRUE(std::holds_alternative<model::decoder::Integers>(result.model.decoder));
    EXPECT_FALSE(result.trace.empty());
    EXPECT_EQ(result.costs.bytes, costs(network, result.widths).bytes);
    const double before = train::evaluate(made.model, made.table, made.rows).loss();
    const double after = train::evaluate(result.model, made.table, made.rows).loss();
    EXPECT_LT(after, before + 0.3);
  }
}

TEST_P(CompressBy, KeepsWithinTheEnergy) {
  const Example made = example();
  CompressOptions options = quick(GetParam());
  options.budget.energy_percent = 85.0;
  const Compression result = compress(made.model, "m.terse", made.table, made.rows, options);
  EXPECT_TRUE(result.cost_is_energy);
  EXPECT_LE(result.costs.energy, 0.85 * costs(made.network(), Widths(3, 8)).energy + 1e-12);
}

TEST_P(CompressBy, FindsAModelWithinTheLoss) {
  const Example made = example();
  CompressOptions options = quick(GetParam());
  options.budget.loss_percent = 100.0;
  const Compression result = compress(made.model, "m.terse", made.table, made.rows, options);
  EXPECT_EQ(result.status, Status::target);
  EXPECT_LT(result.costs.bytes, costs(made.network(), Widths(3, 8)).bytes);
}

// The trace lists its candidates, one width for all first, and the chosen one is among them.
TEST(Compress, SensitivityTriesOneWidthToo) {
  const Example made = example();
  CompressOptions options = quick(Policy::sensitivity);
  options.budget.memory_bytes = costs(made.network(), Widths(3, 4)).bytes + 200;
  const Compression result = compress(made.model, "m.terse", made.table, made.rows, options);
  ASSERT_GE(result.trace.size(), 2U);
  EXPECT_EQ(result.trace.front().action, "uniform");
  EXPECT_EQ(result.trace.front().widths, Widths(3, 4));
  bool known = false;
  for (const Step& step : result.trace) {
    EXPECT_LE(step.cost, *options.budget.memory_bytes);
    known = known || step.widths == result.widths;
  }
  EXPECT_TRUE(known);
}

// The target has nothing to do with the features: a network that has not seen the validation rows
// must not do better on them than the mean does, whatever the given model has learned by heart.
TEST(Compress, MeasuresOnRowsThatTheNetworkHasNotSeen) {
  Example made = example();
  base::Random random(5);
  for (float& target : made.table.target) target = static_cast<float>(random.normal());
  train::Options training;
  training.hidden = {64};
  training.epochs = 200;
  training.bits = 4;
  training.batch_rows = 32;
  training.learning_rate = 1e-2;
  made.model = train::train_model(made.table, made.rows, training);
  ASSERT_LT(train::evaluate(made.model, made.table, made.rows).loss(), 0.7);
  CompressOptions options = quick(Policy::uniform);
  options.budget.memory_bytes = 1'000'000;
  const Compression result = compress(made.model, "m.terse", made.table, made.rows, options);
  EXPECT_GT(result.reference_loss, 0.9);
}

INSTANTIATE_TEST_SUITE_P(Policies, CompressBy,
                         testing::Values(Policy::sensitivity, Policy::sigmaquant, Policy::uniform),
                         [](const auto& policy) { return name(policy.param); });

TEST(Compress, SaysWhenNothingFits) {
  const Example made = example();
  CompressOptions options = quick(Policy::sensitivity);
  options.budget.memory_bytes = 100;
  EXPECT_THROW(compress(made.model, "m.terse", made.table, made.rows, options), base::JobError);
}

}  // namespace
}  // namespace terse::compress
