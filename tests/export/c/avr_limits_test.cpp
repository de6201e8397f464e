// That avr-gcc agrees is tested in tests/peers/device.
#include "terse/export/c/avr_limits.h"

#include <gtest/gtest.h>

#include <numeric>

#include "export/c/examples.h"

namespace terse::export_c {
namespace {

model::Model wide_model(std::size_t features) {
  std::vector<float> thresholds(255);
  std::iota(thresholds.begin(), thresholds.end(), 0.0F);
  model::Model model;
  for (std::size_t f = 0; f < features; ++f) {
    model.features.push_back({"f" + std::to_string(f) + "\"", "", 0.0, 1.0});
    model.thresholds.add_feature(thresholds);
  }
  return model;
}

TEST(TooLargeForAvr, NamesTheFeatureWhereTheTableEnds) {
  using export_text::ReadingType;
  EXPECT_EQ(too_large_for_avr(encoder_of(wide_model(64), input(ReadingType::int16, 0.01))), "");
  const std::string problem =
      too_large_for_avr(encoder_of(wide_model(65), input(ReadingType::int16, 0.01)));
  EXPECT_TRUE(holds(problem, "feature 64 (f64_) of 65")) << problem;
  EXPECT_TRUE(holds(problem, "`form` speed")) << problem;
  EXPECT_EQ(
      too_large_for_avr(encoder_of(wide_model(65), input(ReadingType::int16, 0.01), Form::speed)),
      "");
}

TEST(NetworkTooLargeForAvr, CountsAllTables) {
  const model::Model model = compressed_model(false);
  EXPECT_EQ(network_too_large_for_avr(model, encoder_of(model)), "");
  const model::Model wide = model::integer_model(
      model::random_fold_input(quantize::Method::bw_sq, {.features = 40, .hidden = {400}}), {8, 8});
  const std::string problem = network_too_large_for_avr(wide, encoder_of(wide));
  EXPECT_TRUE(holds(problem, "the weights of layer 0 take ")) << problem;
  EXPECT_TRUE(holds(problem, "it ends at feature ")) << problem;
}

}  // namespace
}  // namespace terse::export_c
