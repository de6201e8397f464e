#include "terse/serve/core/replay.h"

#include <gtest/gtest.h>

#include "serve/served_examples.h"
#include "terse/base/error.h"
#include "terse/model/predictor.h"

namespace terse::serve::core {
namespace {

class ReplayTest : public ::testing::Test {
 protected:
  ReplayTest() : before(example(3)) {
    readings = model::example_readings(before, 40);
    codes.resize(40 * before.features.size());
    model::Predictor(before).encode(readings, codes);
  }
  std::span<const quantize::Code> message(std::size_t row) const {
    return std::span(codes).subspan(row * before.features.size(), before.features.size());
  }
  std::vector<std::uint8_t> payload(std::size_t row) const {
    std::vector<std::uint8_t> bytes(before.payload_bytes());
    before.layout().pack(message(row), bytes);
    return bytes;
  }

  model::Model before;
  base::Matrix readings;
  std::vector<quantize::Code> codes;
};

TEST_F(ReplayTest, TheSameThresholdsGetTheCodes) {
  model::Model now = before;
  for (float& value : std::get<model::decoder::Lookup>(now.decoder).bias) value += 0.25F;
  Replay replay(before, now);
  EXPECT_TRUE(replay.exact());
  model::Predictor predictor(now, 1);
  for (std::size_t row = 0; row < 40; ++row) {
    std::vector<float> expected(1);
    predictor.predict_codes(message(row), 1, expected);
    EXPECT_EQ(replay.predict(payload(row)), expected);
  }
  EXPECT_FALSE(replay.predict(std::vector<std::uint8_t>(99, 0)));
}

TEST_F(ReplayTest, OtherThresholdsGetReadingsWithinTheOldCode) {
  const model::Model other = example(3, quantize::Method::fp);
  ASSERT_EQ(other.features.size(), before.features.size());
  model::Model now = other;
  now.features = before.features;
  Replay replay(before, now);
  EXPECT_FALSE(replay.exact());
  model::Predictor predictor(now, 1);
  for (std::size_t row = 0; row < 40; ++row) {
    // The reading written out from the definition; it must have the code it stands for.
    base::Matrix stands(1, before.features.size());
    for (std::size_t f = 0; f < before.features.size(); ++f) {
      const auto t = before.thresholds.of(f);
      const std::size_t code = message(row)[f];
      double value = before.features[f].mean;
      if (t.size() == 1) {
        value = t[0] + (code == 0 ? -0.5 : 0.5) * before.features[f].deviation;
      } else if (t.size() > 1 && code == 0) {
        value = t[0] - (double{t[1]} - t[0]) / 2;
      } else if (t.size() > 1 && code == t.size()) {
        value = t[code - 1] + (double{t[code - 1]} - t[code - 2]) / 2;
      } else if (t.size() > 1) {
        value = (double{t[code - 1]} + t[code]) / 2;
      }
      stands.row(0)[f] = static_cast<float>(value);
    }
    std::vector<quantize::Code> again(before.features.size());
    model::Predictor(before).encode(stands, again);
    EXPECT_TRUE(std::equal(again.begin(), again.end(), message(row).begin())) << row;
    std::vector<float> expected(1);
    predictor.predict(stands, expected);
    const auto found = replay.predict(payload(row));
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->front(), expected.front(), 1e-4 * (1.0 + std::abs(expected.front())));
  }
}

TEST_F(ReplayTest, OtherFeaturesAreRefusedByName) {
  model::Model now = before;
  now.features[2].name = "vibration";
  EXPECT_THROW(Replay(before, now), base::InputError);
  now = before;
  now.features[1].missing_level = true;
  EXPECT_THROW(Replay(before, now), base::InputError);
  EXPECT_THROW(Replay(before, model::example_model(model::random_fold_input(
                                  quantize::Method::bw_sq, {.features = 5, .seed = 1}))),
               base::InputError);
}

}  // namespace
}  // namespace terse::serve::core
