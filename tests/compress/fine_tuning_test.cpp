#include "terse/compress/fine_tuning.h"

#include <gtest/gtest.h>

#include "compress/examples.h"
#include "terse/base/error.h"
#include "terse/compress/outputs.h"
#include "terse/compress/weight_rounding.h"
#include "terse/train/observer.h"

namespace terse::compress {
namespace {

double loss_at(const FloatNetwork& network, const Widths& widths, const CodedRows& rows) {
  const auto scales = calibrated_activations(network, widths, rows);
  return loss_of(outputs(network, widths, scales, rows), rows);
}

class FineTuningOf : public testing::TestWithParam<bool> {};

TEST_P(FineTuningOf, RegainsMostOfWhatTwoBitsLose) {
  const Example made = example(GetParam());
  const CodedRows rows = made.coded();
  FloatNetwork network = made.network();
  const Widths widths = {2, 2, 2};
  const Widths all_float(3, float_bits);
  const double before = loss_of(outputs(network, all_float, {}, rows), rows);
  const double rounded = loss_at(network, widths, rows);
  fine_tune(network, widths, rows, {.epochs = 20, .learning_rate = 3e-3, .batch_rows = 64});
  const double tuned = loss_at(network, widths, rows);
  EXPECT_GT(rounded, before);
  EXPECT_LT(tuned - before, 0.5 * (rounded - before));
}

INSTANTIATE_TEST_SUITE_P(Tasks, FineTuningOf, testing::Bool());

TEST(FineTuning, TheSameSeedGivesTheSameWeights) {
  const Example made = example();
  const CodedRows rows = made.coded();
  FloatNetwork first = made.network();
  FloatNetwork second = made.network();
  fine_tune(first, {4, 4, 4}, rows, {.epochs = 2});
  fine_tune(second, {4, 4, 4}, rows, {.epochs = 2});
  EXPECT_TRUE(std::ranges::equal(first.table.values(), second.table.values()));
}

// The weights are rounded by the scales that they were trained with, in the file too.
TEST(FineTuning, ItsScalesStayWithTheNetwork) {
  const Example made = example();
  const CodedRows rows = made.coded();
  FloatNetwork network = made.network();
  const Widths widths = {4, 2, 4};
  fine_tune(network, widths, rows, {.epochs = 6, .learning_rate = 5e-3, .batch_rows = 64});
  const auto activations = calibrated_activations(network, widths, rows);
  const model::Model model = compressed_model(made.model, network, widths, activations);
  for (std::size_t l = 0; l < 3; ++l) {
    EXPECT_EQ(std::get<model::decoder::Integers>(model.decoder).layers[l].scales,
              network.tuned_scales[l]);
    EXPECT_EQ(network.scales(l, 8), channel_scales(network.weights(l), l == 0, 8));
  }
  EXPECT_NE(network.tuned_scales[0], channel_scales(network.weights(0), true, 4));
}

TEST(FineTuning, StopsWhenAskedAndWhenItDiverges) {
  const Example made = example();
  const CodedRows rows = made.coded();
  FloatNetwork network = made.network();
  const std::atomic<bool> stop = true;
  EXPECT_THROW(fine_tune(network, {4, 4, 4}, rows, {.stop = &stop}), train::Interrupted);
  EXPECT_THROW(fine_tune(network, {4, 4, 4}, rows, {.epochs = 50, .learning_rate = 1e30}),
               base::JobError);
}

}  // namespace
}  // namespace terse::compress
