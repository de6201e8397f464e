#include "terse/compress/float_network.h"

#include <gtest/gtest.h>

#include "compress/examples.h"
#include "model/examples.h"
#include "terse/base/error.h"
#include "terse/compress/weight_rounding.h"
#include "terse/model/fold.h"
#include "terse/model/predictor.h"

namespace terse::compress {
namespace {

TEST(FloatNetwork, CentredTablesGiveTheSamePredictions) {
  const Example made = example();
  const CodedRows rows = made.coded();
  const base::Matrix own = outputs(made.network(), Widths(3, float_bits), {}, rows);
  model::Predictor predictor(made.model);
  std::vector<float> expected(rows.rows());
  predictor.predict_codes(rows.codes, rows.rows(), expected);
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    const model::Number target = std::get<model::Number>(made.model.output);
    const double prediction = double(own(r, 0)) * target.deviation + target.mean;
    EXPECT_NEAR(prediction, double(expected[r]), 1e-4);
  }
  const FloatNetwork network = made.network();
  for (std::size_t unit = 0; unit < network.table.columns(); ++unit) {
    float low = 0.0F;
    float high = 0.0F;
    for (std::size_t row = network.offsets[1]; row < network.offsets[2]; ++row) {
      low = std::min(low, network.table(row, unit));
      high = std::max(high, network.table(row, unit));
    }
    EXPECT_NEAR(low, -high, 1e-5);
  }
}

TEST(FloatNetwork, CompressedModelsHoldTheRoundedWeights) {
  const Example made = example();
  const FloatNetwork network = made.network();
  const Widths widths = {4, 2, 8};
  const auto scales = calibrated_activations(network, widths, made.coded());
  const model::Model model = compressed_model(made.model, network, widths, scales);
  const auto& integers = std::get<model::decoder::Integers>(model.decoder);
  const model::decoder::Lookup floats = integers.in_floats();
  ASSERT_EQ(integers.layers.size(), 3U);
  for (std::size_t l = 0; l < 3; ++l) {
    EXPECT_EQ(integers.layers[l].bits, widths[l]);
    base::Matrix expected(network.weights(l).rows(), network.weights(l).columns());
    const bool column = FloatNetwork::channel_is_column(l);
    round_weights(network.weights(l), column, widths[l],
                  channel_scales(network.weights(l), column, widths[l]), expected);
    const base::Matrix& own = l == 0 ? floats.table : floats.layers[l - 1].weights;
    EXPECT_TRUE(std::ranges::equal(own.values(), expected.values()));
  }
}

TEST(FloatNetwork, UntrainedOnesHaveTheShapeAndOtherWeights) {
  const FloatNetwork network = example().network();
  const FloatNetwork fresh = untrained(network, 1);
  EXPECT_EQ(fresh.offsets, network.offsets);
  ASSERT_EQ(fresh.layer_count(), network.layer_count());
  for (std::size_t l = 0; l < network.layer_count(); ++l) {
    const base::Matrix& own = fresh.weights(l);
    ASSERT_EQ(own.rows(), network.weights(l).rows());
    ASSERT_EQ(own.columns(), network.weights(l).columns());
    EXPECT_FALSE(std::ranges::equal(own.values(), network.weights(l).values()));
    EXPECT_FALSE(std::ranges::equal(own.values(), untrained(network, 2).weights(l).values()));
  }
  // Uniform in +-1/sqrt(24): their mean square is a third of the bound's.
  double squares = 0.0;
  const auto values = fresh.weights(1).values();
  for (const float value : values) {
    EXPECT_LE(std::abs(double(value)), 1.0 / std::sqrt(24.0));
    squares += double(value) * double(value);
  }
  EXPECT_NEAR(squares / double(values.size()), 1.0 / 24.0 / 3.0, 0.003);
  // Neighbours in the table differ by one threshold's weight: at most 1/sqrt(thresholds).
  const double bound = 1.0 / std::sqrt(double(fresh.table.rows() - fresh.offsets.size()));
  for (std::size_t row = fresh.offsets[1] + 1; row < fresh.offsets[2]; ++row) {
    EXPECT_LE(std::abs(double(fresh.table(row, 0)) - double(fresh.table(row - 1, 0))),
              bound * 1.0001);
  }
}

TEST(FloatNetwork, RefusesWhatHasNoTable) {
  const auto full = model::example_model(model::random_fold_input(quantize::Method::fp));
  EXPECT_THROW(float_network(full, "fp.terse"), base::InputError);
  const Example made = example();
  const model::Model once =
      compressed_model(made.model, made.network(), {2, 2, 2}, std::vector<float>{0.1F, 0.1F});
  EXPECT_THROW(float_network(once, "once.terse"), base::InputError);
}

}  // namespace
}  // namespace terse::compress
