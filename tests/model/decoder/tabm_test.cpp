#include <gtest/gtest.h>

#include "data/input_error.h"
#include "model/examples.h"
#include "terse/model/decoder/lookup.h"
#include "terse/model/decoder/tabm_runner.h"
#include "terse/model/file.h"
#include "terse/model/predictor.h"

namespace terse::model {
namespace {

FoldInput several(std::size_t outputs) {
  FoldInput input = special_fold_input(quantize::Method::bw_sq, outputs);
  give_submodels(input, 5);
  return input;
}

Model example(std::size_t outputs) {
  Model model = example_model(several(outputs));
  if (outputs > 1) model.output = Classes{{"a", "b", "c"}};
  return model;
}

// Gaps and categories among the readings, more rows than go through the layers at once, batches of
// every size; each submodel alone is the network that it is by definition.
TEST(Tabm, PredictsTheMeanOfTheUnfoldedSubmodels) {
  const FoldInput input = several(1);
  const Model model = example(1);
  const base::Matrix readings = special_readings(model, 150);
  for (const std::size_t batch : {1U, 7U, 150U}) {
    std::vector<float> predictions(150);
    Predictor(model, batch).predict(readings, predictions);
    for (std::size_t r = 0; r < 150; ++r) {
      double sum = 0.0;
      for (std::size_t k = 0; k < 5; ++k) {
        sum += unfolded_prediction(submodel_of(input, k), readings.row(r));
      }
      ASSERT_NEAR(predictions[r], in_target_units(model, sum / 5.0), 2e-5) << r;
    }
  }
}

TEST(Tabm, ScoresOfClassesAreMeansToo) {
  const FoldInput input = several(3);
  const Model model = example(3);
  const base::Matrix readings = special_readings(model, 30);
  std::vector<float> predictions(90);
  Predictor(model).predict(readings, predictions);
  for (std::size_t r = 0; r < 30; ++r) {
    std::vector<double> scores(3);
    for (std::size_t k = 0; k < 5; ++k) {
      const auto own = unfolded_outputs(submodel_of(input, k), readings.row(r));
      for (std::size_t c = 0; c < 3; ++c) scores[c] += own[c] / 5.0;
    }
    double total = 0.0;
    for (const double score : scores) total += std::exp(score);
    for (std::size_t c = 0; c < 3; ++c) {
      ASSERT_NEAR(predictions[3 * r + c], std::exp(scores[c]) / total, 1e-5);
    }
  }
}

TEST(Tabm, OneHiddenLayerHasNoneOfItsOwn) {
  FoldInput input = random_fold_input(quantize::Method::bw_qq, {.hidden = {7}});
  give_submodels(input, 2);
  const Model model = example_model(input);
  EXPECT_TRUE(std::get<decoder::Tabm>(model.decoder).layers.empty());
  const base::Matrix readings = example_readings(model, 20);
  std::vector<float> predictions(20);
  Predictor(model).predict(readings, predictions);
  for (std::size_t r = 0; r < 20; ++r) {
    const double sum = unfolded_prediction(submodel_of(input, 0), readings.row(r)) +
                       unfolded_prediction(submodel_of(input, 1), readings.row(r));
    ASSERT_NEAR(predictions[r], in_target_units(model, sum / 2.0), 2e-5);
  }
}

TEST(Tabm, SurvivesTheFile) {
  for (const std::size_t outputs : {1U, 3U}) {
    const Model model = example(outputs);
    const auto bytes = to_bytes(model);
    const std::string text(bytes.begin(), bytes.end());
    EXPECT_NE(text.find("\"format_version\":\"6\""), std::string::npos);
    const Model again = from_bytes(bytes, "some.terse");
    EXPECT_EQ(to_bytes(again), bytes);
    EXPECT_EQ(decoder::name(again.decoder), "tabm");
    const base::Matrix readings = special_readings(model, 50);
    std::vector<float> first(50 * outputs);
    std::vector<float> second(50 * outputs);
    Predictor(model).predict(readings, first);
    Predictor(again).predict(readings, second);
    EXPECT_EQ(first, second);
  }
}

TEST(Tabm, GroupsAreFeaturesOfEqualSigns) {
  base::Matrix signs(2, 5);
  const float values[] = {1, -1, 1, 1, -1, 1, 1, 1, -1, 1};
  std::ranges::copy(values, signs.values().begin());
  const std::vector<std::vector<std::size_t>> expected = {{0, 2}, {1, 4}, {3}};
  EXPECT_EQ(decoder::sign_groups(signs), expected);
}

TEST(Tabm, HostilePartsAreRefusedByName) {
  const auto refused = [](const auto& spoil) {
    Model model = example(1);
    spoil(std::get<decoder::Tabm>(model.decoder));
    return input_error([&] { from_bytes(to_bytes(model), "some.terse"); });
  };
  const auto expect = [&](const auto& spoil, const char* part) {
    EXPECT_NE(refused(spoil).find(part), std::string::npos) << refused(spoil);
  };
  using decoder::Tabm;
  expect([](Tabm& t) { t.signs(1, 2) = 0.5F; }, "holds 0.5, neither 1 nor -1");
  expect([](Tabm& t) { t.signs = base::Matrix(5, 3); }, "4 features");
  expect([](Tabm& t) { t.signs = base::Matrix(65, 4); }, "65 submodels, not 2 to 64");
  expect([](Tabm& t) { t.signs = base::Matrix(1, 4); }, "1 submodels, not 2 to 64");
  expect([](Tabm& t) { t.bias = base::Matrix(4, 12); }, "each of 5 submodels");
  expect([](Tabm& t) { t.bias = base::Matrix(5, 14'000); }, "more than 65536 together");
  expect([](Tabm& t) { t.table = base::Matrix(3, 12); }, "table");
  expect([](Tabm& t) { t.layers[0].weights = base::Matrix(5, 11); }, "layers.0.weight");
  expect([](Tabm& t) { t.layers[0].bias = base::Matrix(5, 6); }, "layers.0.weight");
  expect([](Tabm& t) { t.head.weights = base::Matrix(1, 5); }, "layers.1.weight");
  expect([](Tabm& t) { t.head.bias.push_back(0.0F); }, "layers.1.bias");
  expect([](Tabm& t) { t.layers.clear(); }, "layers.0.weight");
  expect([](Tabm& t) { t.layers.assign(65, t.layers[0]); }, "are not 1 to 64");
}

TEST(Tabm, TooManyDifferentColumnsOfSignsAreRefused) {
  FoldInput input = random_fold_input(quantize::Method::bw_sq, {.features = 40});
  give_submodels(input, 6);
  for (std::size_t f = 0; f < 40; ++f) {
    for (std::size_t k = 0; k < 6; ++k) input.signs(k, f) = (f >> k & 1) != 0 ? 1.0F : -1.0F;
  }
  const Model model = example_model(input);
  EXPECT_NE(input_error([&] {
              from_bytes(to_bytes(model), "some.terse");
            }).find("40 different columns, more than 32"),
            std::string::npos);
}

}  // namespace
}  // namespace terse::model
