#include "terse/compress/compress.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "compress/examples.h"
#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/compress/outputs.h"
#include "terse/compress/weight_rounding.h"
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
    const Compression result = compress(made.model, "m.terse", made.table, made.parts(), options);
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
  const Compression result = compress(made.model, "m.terse", made.table, made.parts(), options);
  EXPECT_TRUE(result.cost_is_energy);
  EXPECT_LE(result.costs.energy, 0.85 * costs(made.network(), Widths(3, 8)).energy + 1e-12);
}

TEST_P(CompressBy, FindsAModelWithinTheLoss) {
  const Example made = example();
  CompressOptions options = quick(GetParam());
  options.budget.loss_percent = 100.0;
  const Compression result = compress(made.model, "m.terse", made.table, made.parts(), options);
  EXPECT_EQ(result.status, Status::target);
  EXPECT_LT(result.costs.bytes, costs(made.network(), Widths(3, 8)).bytes);
}

// The trace lists its candidates, one width for all first, and the chosen one is among them.
TEST(Compress, SensitivityTriesOneWidthToo) {
  const Example made = example();
  CompressOptions options = quick(Policy::sensitivity);
  options.budget.memory_bytes = costs(made.network(), Widths(3, 4)).bytes + 200;
  const Compression result = compress(made.model, "m.terse", made.table, made.parts(), options);
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
  const Compression result = compress(made.model, "m.terse", made.table, made.parts(), options);
  EXPECT_GT(result.reference_loss, 0.9);
}

// Of the loss on rows that nobody has seen: how far it is above what the budget allows, and the
// standard error of that.
std::pair<double, double> excess_on_fresh_rows(const Example& made, const Compression& result,
                                               double share) {
  data::Selection selection;
  selection.target = "y";
  data::Table fresh = data::select(data::read_frame("fried:3000:77", {}), selection);
  if (!made.table.classes.empty()) {
    fresh.classes = made.table.classes;
    for (float& target : fresh.target) target = target > 14.0F ? 1.0F : 0.0F;
  }
  std::vector<std::uint32_t> rows(fresh.rows());
  std::iota(rows.begin(), rows.end(), 0U);
  const FloatNetwork given = made.network();
  const CodedRows coded = coded_rows(made.model, fresh, rows);
  const auto before =
      losses_of(outputs(given, Widths(given.layer_count(), float_bits), {}, coded), coded);
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::vector<std::uint32_t> one = {rows[r]};
    const double after = train::evaluate(result.model, fresh, one).loss();
    const double excess = after - (1.0 + share) * before[r];
    sum += excess;
    squares += excess * excess;
  }
  const auto count = static_cast<double>(rows.size());
  const double mean = sum / count;
  return {mean, std::sqrt((squares / count - mean * mean) / count)};
}

// "Target" is a promise about rows to come, whatever the model, the budget and the training.
TEST(Compress, KeepsItsWordOnFreshRows) {
  int broken = 0;
  int said = 0;
  base::Random random(11);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Example made = example(seed % 2 == 0, {8 + random.below(40), 6 + random.below(20)}, seed);
    CompressOptions options = quick(static_cast<Policy>(random.below(3)));
    options.final_epochs = 1 + static_cast<unsigned>(random.below(8));
    options.learning_rate = 5e-4 * static_cast<double>(1 + random.below(20));
    options.seed = seed;
    const double percent = static_cast<double>(1 + random.below(15));
    if (random.below(3) > 0) options.budget.loss_percent = percent;
    if (!options.budget.loss_percent || random.below(2) == 0) {
      const unsigned bits = 4 + 2 * static_cast<unsigned>(random.below(3));
      options.budget.memory_bytes = costs(made.network(), Widths(3, bits)).bytes;
    }
    const Compression result = compress(made.model, "m.terse", made.table, made.parts(), options);
    const double allowed = result.comparison.reference + result.comparison.margin;
    EXPECT_EQ(result.status == Status::target, result.comparison.candidate <= allowed) << seed;
    if (result.status != Status::target) continue;
    ++said;
    const double share = options.budget.loss_percent.value_or(options.loss_percent) / 100.0;
    const auto [excess, error] = excess_on_fresh_rows(made, result, share);
    if (excess > 1.96 * error) ++broken;
    EXPECT_LT(excess, 3.29 * error) << seed;
  }
  EXPECT_GE(said, 8);
  EXPECT_LE(broken, 2);
}

TEST(Compress, WithoutUnseenRowsNothingIsPromised) {
  const Example made = example();
  CompressOptions options = quick(Policy::uniform);
  options.budget.memory_bytes = 1'000'000;
  const Compression result = compress(made.model, "m.terse", made.table, {made.rows, {}}, options);
  EXPECT_EQ(result.status, Status::best_effort);
  EXPECT_EQ(result.comparison.pairs, 0U);
  EXPECT_NE(result.end.find("has not seen"), std::string::npos);
}

TEST(Compress, MemoryAndLossAreTheLoopsTwoTargets) {
  const Example made = example();
  CompressOptions options = quick(Policy::sigmaquant);
  options.budget.memory_bytes = costs(made.network(), Widths(3, 4)).bytes;
  options.budget.loss_percent = 40.0;
  const Compression result = compress(made.model, "m.terse", made.table, made.parts(), options);
  EXPECT_EQ(result.cost_target, double(*options.budget.memory_bytes));
  EXPECT_NEAR(result.loss_target, 1.4 * result.reference_loss, 1e-12);
  EXPECT_LE(result.costs.bytes, *options.budget.memory_bytes);
}

INSTANTIATE_TEST_SUITE_P(Policies, CompressBy,
                         testing::Values(Policy::sensitivity, Policy::sigmaquant, Policy::uniform),
                         [](const auto& policy) { return name(policy.param); });

TEST(Compress, SaysWhenNothingFits) {
  const Example made = example();
  CompressOptions options = quick(Policy::sensitivity);
  options.budget.memory_bytes = 100;
  EXPECT_THROW(compress(made.model, "m.terse", made.table, made.parts(), options), base::JobError);
}

}  // namespace
}  // namespace terse::compress
