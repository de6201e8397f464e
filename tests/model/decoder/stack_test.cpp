#include "terse/model/decoder/decoder.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "data/input_error.h"
#include "model/examples.h"
#include "terse/model/file.h"
#include "terse/model/predictor.h"

namespace terse::model {
namespace {

Model stacked(std::size_t outputs) {
  Model model = example_model(special_fold_input(quantize::Method::bw_sq, outputs));
  if (outputs > 1) model.output = Classes{{"a", "b", "c"}};
  decoder::Lookup network = lookup_of(model);
  model.decoder = decoder::Stack{std::move(network), random_trees(model, 4, 3)};
  return model;
}

// Numbers and scores of classes, with gaps and categories, before and after the file.
TEST(Stack, OutputsAreTheSumOfBothAndSurviveTheFile) {
  for (const std::size_t outputs : {1U, 3U}) {
    Model model = stacked(outputs);
    if (outputs == 1) model.output = Number{};
    const auto& stack = std::get<decoder::Stack>(model.decoder);
    const base::Matrix readings = special_readings(model, 50);
    std::vector<quantize::Code> codes(50 * 4);
    Predictor predictor(model, 16);
    predictor.encode(readings, codes);
    std::vector<float> sums(50 * outputs);
    predictor.predict_codes(codes, 50, sums);
    if (outputs == 1) {
      Model network = model;
      network.decoder = stack.network;
      Model trees = model;
      trees.decoder = stack.trees;
      std::vector<float> first(50);
      std::vector<float> second(50);
      Predictor(network).predict_codes(codes, 50, first);
      Predictor(trees).predict_codes(codes, 50, second);
      for (std::size_t row = 0; row < 50; ++row) {
        EXPECT_NEAR(sums[row], first[row] + second[row], 1e-5F);
      }
    }
    const auto bytes = to_bytes(model);
    const std::string text(bytes.begin(), bytes.end());
    EXPECT_NE(text.find("\"format_version\":\"5\""), std::string::npos);
    const Model again = from_bytes(bytes, "some.terse");
    EXPECT_EQ(to_bytes(again), bytes);
    EXPECT_EQ(decoder::name(again.decoder), "stack");
    std::vector<float> later(50 * outputs);
    Predictor(again, 16).predict(readings, later);
    EXPECT_EQ(later, sums);
  }
}

TEST(Stack, HostilePartsAreRefusedByName) {
  const auto refused = [](const auto& spoil) {
    Model model = stacked(1);
    model.output = Number{};
    spoil(std::get<decoder::Stack>(model.decoder));
    return input_error([&] { from_bytes(to_bytes(model), "some.terse"); });
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(has(refused([](decoder::Stack& s) { s.trees.nodes[0].left = 999; }), "points out"));
  EXPECT_TRUE(
      has(refused([](decoder::Stack& s) { s.trees.nodes[0].feature = 9; }), "input 9 of 4"));
  EXPECT_TRUE(has(refused([](decoder::Stack& s) { s.trees.roots.clear(); }), "trees"));
  EXPECT_TRUE(has(refused([](decoder::Stack& s) { s.network.bias.pop_back(); }), "table"));
  EXPECT_TRUE(has(refused([](decoder::Stack& s) { s.network.layers.pop_back(); }), "layers"));
}

}  // namespace
}  // namespace terse::model
