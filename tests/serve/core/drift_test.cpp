#include "terse/serve/core/drift.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "serve/served_examples.h"
#include "terse/base/random.h"
#include "terse/model/predictor.h"

namespace terse::serve::core {
namespace {

using Counts = std::vector<std::uint64_t>;

TEST(PopulationStabilityIndex, ByHand) {
  // Shares 0.5, 0.5 against 0.9, 0.1: 0.4 ln 5 + 0.4 ln(9 / 5) = 0.87889 for counts without end.
  const Counts half = {50'000'000, 50'000'000};
  const Counts most = {90'000'000, 10'000'000};
  EXPECT_NEAR(population_stability_index(half, most), 0.878890, 1e-5);
  EXPECT_NEAR(population_stability_index(most, half), 0.878890, 1e-5);
  EXPECT_EQ(population_stability_index(half, half), 0.0);
  EXPECT_EQ(population_stability_index(Counts{0, 0}, half), 0.0);
  // A code that never came in training is finite.
  EXPECT_GT(population_stability_index(Counts{0, 1000}, Counts{1000, 0}), 5.0);
}

TEST(PopulationStabilityIndex, ChanceIsTakenOff) {
  // 256 codes and 1000 messages of the same distribution: without the correction about 0.27.
  base::Random random(5);
  double total = 0.0;
  for (int repeat = 0; repeat < 20; ++repeat) {
    Counts received(256, 0);
    Counts trained(256, 0);
    for (int i = 0; i < 1000; ++i) ++received[random.below(256)];
    for (int i = 0; i < 20'000; ++i) ++trained[random.below(256)];
    total += population_stability_index(received, trained);
  }
  EXPECT_LT(total / 20, 0.06);
}

class DriftTest : public ::testing::Test {
 protected:
  DriftTest() : model(example(3)) {
    readings = model::example_readings(model, 3000);
    codes.resize(3000 * model.features.size());
    model::Predictor(model, 3000).encode(readings, codes);
    const auto levels = model.levels();
    for (std::size_t f = 0; f < levels.size(); ++f) {
      model.features[f].code_rows.assign(levels[f], 0);
      for (std::size_t row = 0; row < 3000; ++row) {
        ++model.features[f].code_rows[codes[row * levels.size() + f]];
      }
    }
    model::write_file(model, folder / "pump.terse");
    registry = std::make_unique<ModelRegistry>(RegistrySources{{folder / "pump.terse"}, {}});
  }

  void send(std::size_t row, std::size_t spoiled = SIZE_MAX) {
    const std::size_t features = model.features.size();
    std::vector<quantize::Code> message(
        codes.begin() + static_cast<std::ptrdiff_t>(row * features),
        codes.begin() + static_cast<std::ptrdiff_t>((row + 1) * features));
    if (spoiled < features) {
      message[spoiled] = static_cast<quantize::Code>(model.levels()[spoiled] - 1);
    }
    std::vector<std::uint8_t> payload(model.payload_bytes());
    model.layout().pack(message, payload);
    watch.count(registry->all().front(), payload);
  }

  Folder folder;
  model::Model model;
  base::Matrix readings;
  std::vector<quantize::Code> codes;
  std::unique_ptr<ModelRegistry> registry;
  DriftWatch watch;
};

TEST_F(DriftTest, TheSameRowsDoNotDriftAndASpoiledFeatureDoes) {
  for (std::size_t row = 0; row < 99; ++row) send(row);
  EXPECT_TRUE(watch.report().empty());
  for (std::size_t row = 99; row < 3000; ++row) send(row);
  const auto calm = watch.report();
  ASSERT_FALSE(calm.empty());
  EXPECT_LT(calm.front().index, 0.01);
  const auto levels = model.levels();
  const auto widest =
      static_cast<std::size_t>(std::max_element(levels.begin(), levels.end()) - levels.begin());
  for (std::size_t row = 0; row < 3000; ++row) send(row, widest);
  const auto drifts = watch.report();
  EXPECT_EQ(drifts.front().feature, model.features[widest].name);
  EXPECT_GT(drifts.front().index, 0.25);
  EXPECT_LT(drifts[1].index, 0.05);
  // Two halvings on the way: what is counted stays bounded.
  EXPECT_LT(drifts.front().messages, 2 * DriftWatch::messages_min);
  EXPECT_NE(watch.text().find("terse_feature_drift{model=\"pump\",version=\""), std::string::npos);
}

TEST(DriftWatch, ModelsThatDoNotKnowTheirTrainingAreNotWatched) {
  const Folder folder;
  model::Model model = example(4);
  model::write_file(model, folder / "old.terse");
  ModelRegistry registry({{folder / "old.terse"}, {}});
  DriftWatch watch;
  for (int i = 0; i < 200; ++i) {
    watch.count(registry.all().front(), std::vector<std::uint8_t>(model.payload_bytes(), 0));
  }
  EXPECT_TRUE(watch.report().empty());
}

}  // namespace
}  // namespace terse::serve::core
