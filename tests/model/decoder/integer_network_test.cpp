#include "terse/model/decoder/integer_network.h"

#include <gtest/gtest.h>

#include "model/integer_examples.h"
#include "terse/base/cpu.h"
#include "terse/model/decoder/requantization.h"
#include "terse/model/predictor.h"

namespace terse::model::decoder {
namespace {

class IntegerNetworkOn : public testing::TestWithParam<base::InstructionSet> {
 protected:
  void SetUp() override { base::force_instruction_set(GetParam()); }
  void TearDown() override {
    base::force_instruction_set(base::supported_instruction_sets().back());
  }
};

// The whole network by the formula of one channel: the same bits on every instruction set, for
// widths beside and beyond whole tiles.
TEST_P(IntegerNetworkOn, GivesTheFormulasBits) {
  for (const unsigned bits : weight_widths) {
    for (const std::vector<std::size_t>& hidden :
         {std::vector<std::size_t>{12, 5}, {1}, {16, 64, 33}, {130, 257}}) {
      const Model model = integer_model(
          random_fold_input(quantize::Method::bw_sq, {.features = 7, .hidden = hidden}), {bits, 8});
      const auto& layers = layers_of(model);
      constexpr std::size_t rows = 21;
      const auto codes = random_codes(model, rows);
      IntegerNetwork network(layers_of(model), model.levels(), rows);
      std::vector<float> outputs(rows);
      network.run(codes.data(), rows, outputs);
      for (std::size_t r = 0; r < rows; ++r) {
        std::vector<double> inputs = chosen_rows(model, std::span(codes).subspan(r * 7, 7));
        for (std::size_t l = 0; l + 1 < layers.size(); ++l) {
          const LayerRequantization to = requantization(layers, model.levels(), l);
          const IntegerLayer& layer = layers[l];
          std::vector<double> next;
          for (std::size_t o = 0; o < layer.outputs; ++o) {
            double sum = 0.0;
            for (std::size_t i = 0; i < layer.inputs; ++i) {
              const std::size_t place = l == 0 ? i * layer.outputs + o : o * layer.inputs + i;
              sum += inputs[i] * static_cast<double>(layer.weights[place]);
            }
            next.push_back(requantized(static_cast<std::int32_t>(sum), to.guard, to.channels[o]));
          }
          inputs = next;
        }
        const auto expected = exact_layer(layers, layers.size() - 1, inputs);
        EXPECT_EQ(outputs[r], static_cast<float>(expected[0]));
      }
    }
  }
}

// Against exact arithmetic of the rounded graph: each layer within a step of rounding its exact
// value, so the whole within what such steps can do.
TEST_P(IntegerNetworkOn, StaysNearTheExactGraph) {
  const Model model = integer_model(
      random_fold_input(quantize::Method::bw_sq, {.features = 6, .hidden = {64, 48}}), {4});
  constexpr std::size_t rows = 200;
  const auto codes = random_codes(model, rows);
  IntegerNetwork network(layers_of(model), model.levels(), rows);
  std::vector<float> outputs(rows);
  network.run(codes.data(), rows, outputs);
  std::size_t equal = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    std::vector<double> values = chosen_rows(model, std::span(codes).subspan(r * 6, 6));
    for (std::size_t l = 0; l < 2; ++l) {
      values = exact_layer(layers_of(model), l, values);
      for (double& value : values) value = std::nearbyint(value);
    }
    const double expected = exact_layer(layers_of(model), 2, values)[0];
    equal += std::abs(double(outputs[r]) - expected) < 1e-5 * (1 + std::abs(expected)) ? 1 : 0;
    // One step of one input, with the largest weight, for each of a few activations.
    EXPECT_NEAR(double(outputs[r]), expected, 3 * 1.5 * 0.02);
  }
  EXPECT_GT(equal, rows * 4 / 5);
}

INSTANTIATE_TEST_SUITE_P(Sets, IntegerNetworkOn,
                         testing::ValuesIn(base::supported_instruction_sets()),
                         [](const auto& set) { return std::string(name(set.param)); });

TEST(CompressedModel, PredictsInTheTargetsUnits) {
  const Model model =
      integer_model(random_fold_input(quantize::Method::bw_sq, {.features = 5}), {2, 4, 6});
  constexpr std::size_t rows = 70;
  const auto codes = random_codes(model, rows);
  Predictor predictor(model, 32);
  std::vector<float> predictions(rows);
  predictor.predict_codes(codes, rows, predictions);
  IntegerNetwork network(layers_of(model), model.levels(), rows);
  std::vector<float> outputs(rows);
  network.run(codes.data(), rows, outputs);
  for (std::size_t r = 0; r < rows; ++r) {
    EXPECT_FLOAT_EQ(predictions[r], float(in_target_units(model, double(outputs[r]))));
  }
}

TEST(CompressedModel, TakesClassesCategoriesAndGaps) {
  FoldInput input = special_fold_input(quantize::Method::bw_sq, 3);
  Model model = integer_model(input, {4});
  model.output = Classes{{"a", "b", "c"}};
  const base::Matrix readings = special_readings(model, 40);
  Predictor predictor(model);
  std::vector<float> predictions(3 * 40);
  predictor.predict(readings, predictions);
  for (std::size_t r = 0; r < 40; ++r) {
    EXPECT_NEAR(predictions[3 * r] + predictions[3 * r + 1] + predictions[3 * r + 2], 1.0F, 1e-5F);
  }
}

}  // namespace
}  // namespace terse::model::decoder
