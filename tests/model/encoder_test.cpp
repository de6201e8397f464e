#include "terse/model/encoder.h"

#include <gtest/gtest.h>

#include <limits>

#include "model/examples.h"

namespace terse::model {
namespace {

TEST(Encoder, CountsThresholdsAndNumbersSpecialReadings) {
  const Model model = example_model(special_fold_input(quantize::Method::bw_sq));
  const base::Matrix readings = special_readings(model, 60);
  std::vector<quantize::Code> codes(readings.values().size());
  Encoder(model).encode(readings, codes);
  const auto levels = model.levels();
  for (std::size_t r = 0; r < 60; ++r) {
    for (std::size_t f = 0; f < 4; ++f) {
      const float reading = readings(r, f);
      const bool category = !model.features[f].categories.empty();
      const std::size_t expected = std::isnan(reading) ? levels[f] - 1
                                   : category          ? static_cast<std::size_t>(reading)
                                              : quantize::code_of(reading, model.thresholds.of(f));
      ASSERT_EQ(codes[r * 4 + f], expected) << "row " << r << ", feature " << f;
    }
  }
}

// In double, rounded once, the special levels behind: gaps of 0, then of 1 with its categories.
TEST(Encoder, StandardisesForFullPrecision) {
  Model model;
  model.method = quantize::Method::fp;
  model.features = {{"t", "", 1013.25, 7.3}, {"room", "", 0.0, 1.0}};
  model.features[0].missing_level = true;
  model.features[1].categories = {"hall", "attic"};
  model.thresholds.add_feature({});
  model.thresholds.add_feature({});
  base::Matrix readings(2, 2);
  readings(0, 0) = 1020.5F;
  readings(0, 1) = 1.0F;
  readings(1, 0) = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> inputs(2 * 6, 9.0F);
  const Encoder encoder(model);
  encoder.standardise(readings, {inputs.data(), 2, 5, 6});
  const auto standardised = static_cast<float>((1020.5 - 1013.25) / 7.3);
  EXPECT_EQ(inputs, (std::vector<float>{standardised, 0, 0, 0, 1, 9, 0, 0, 1, 1, 0, 9}));
  EXPECT_TRUE(encoder.takes(readings.row(1)));
  readings(1, 1) = 2.0F;
  EXPECT_FALSE(encoder.takes(readings.row(1)));
}

}  // namespace
}  // namespace terse::model
