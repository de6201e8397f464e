#include "terse/export/text/device_features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "terse/base/random.h"

namespace terse::export_text {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// Thresholds near readings of the input: some exactly at one, some just beside, some out of reach.
std::vector<float> thresholds_for(const DeviceInput& input, std::size_t count,
                                  base::Random& random) {
  std::set<float> values;
  const auto low = static_cast<double>(held_min(input.type));
  const auto high = static_cast<double>(held_max(input.type));
  while (values.size() < count) {
    const double share = 1.2 * random.uniform() - 0.1;
    const double held = std::clamp(std::floor(low + share * (high - low)), low, high);
    float value = library_reading(input, static_cast<std::int64_t>(held));
    if (random.below(3) == 0) value = std::nextafter(value, infinity);
    if (random.below(3) == 0) value = std::nextafter(value, -infinity);
    if (std::isfinite(value)) values.insert(value);
  }
  return {values.begin(), values.end()};
}

TEST(DeviceInput, TakesWhatIsAReading) {
  DeviceInput input{ReadingType::int16};
  EXPECT_FALSE(input.may_fail());
  EXPECT_TRUE(input.takes(-32768));
  EXPECT_FALSE(input.takes(40000));
  input.sentinel = {-127, -127};
  input.limits = {-500, 1000};
  EXPECT_TRUE(input.may_fail());
  EXPECT_TRUE(input.takes(-128) && input.takes(-500) && input.takes(1000));
  EXPECT_FALSE(input.takes(-127) || input.takes(-501) || input.takes(1001));
  // The type's own limits leave nothing out.
  DeviceInput all{ReadingType::uint8};
  all.limits = {0, 255};
  EXPECT_FALSE(all.may_fail());
  all.limits = {0, 254};
  EXPECT_TRUE(all.may_fail());
  const DeviceInput real{ReadingType::float32};
  EXPECT_TRUE(real.may_fail());
  EXPECT_FALSE(real.takes(0x7FC00000)) << "a NaN";
  EXPECT_TRUE(real.takes(float_place(-infinity)));
}

TEST(DeviceInput, SimplifiedTakesTheSame) {
  base::Random random(17);
  for (int trial = 0; trial < 300; ++trial) {
    const auto held = [&] { return static_cast<std::int64_t>(random.below(256)); };
    DeviceInput input{ReadingType::uint8};
    const std::int64_t first = held();
    if (random.below(2) == 0) input.limits = {first, std::max(first, held())};
    if (random.below(2) == 0) {
      const std::int64_t sentinel = random.below(4) == 0 ? first : held();
      input.sentinel = {sentinel, sentinel};
    }
    const DeviceInput simple = input.simplified();
    std::size_t taken = 0;
    for (std::int64_t value = 0; value < 256; ++value) {
      taken += input.takes(value) ? 1 : 0;
      EXPECT_EQ(simple.takes(value), input.takes(value));
    }
    EXPECT_EQ(simple.sentinel || simple.limits, taken < 256);
    EXPECT_EQ(input.may_fail(), taken < 256);
    if (!simple.sentinel) continue;
    EXPECT_TRUE(input.takes(simple.sentinel->first - 1));
    EXPECT_TRUE(input.takes(simple.sentinel->last + 1));
  }
}

TEST(ExactFeature, EveryCountGetsTheLibrarysCode) {
  base::Random random(5);
  for (const ReadingType type :
       {ReadingType::uint8, ReadingType::uint10, ReadingType::int16, ReadingType::uint16}) {
    for (int round = 0; round < 40; ++round) {
      DeviceInput input{type, std::exp(3.0 * random.normal()), 50.0 * random.normal()};
      if (round % 4 == 1) input.scale = -input.scale;
      if (round % 4 == 2) input = {type, 1.0, 0.0};
      auto thresholds = thresholds_for(input, 1 + random.below(20), random);
      if (round % 5 == 0) thresholds.insert(thresholds.begin(), -3e38F);
      if (round % 3 == 0) thresholds.push_back(3e38F);
      const DeviceFeature feature = exact_feature(input, thresholds);
      EXPECT_TRUE(std::is_sorted(feature.thresholds.begin(), feature.thresholds.end()));
      for (std::int64_t held = held_min(type); held <= held_max(type); ++held) {
        ASSERT_EQ(feature.code(held), quantize::code_of(library_reading(input, held), thresholds))
            << name_of(type) << ' ' << held << " scale " << input.scale;
      }
    }
  }
}

TEST(ExactFeature, WideTypesAgreeAroundEveryThreshold) {
  base::Random random(6);
  for (const ReadingType type : {ReadingType::int32, ReadingType::float32}) {
    for (int round = 0; round < 200; ++round) {
      DeviceInput input{type, std::exp(random.normal()), 50.0 * random.normal()};
      if (round % 4 == 1) input.scale = -input.scale;
      if (round % 4 == 2) input = {type, 1.0, 0.0};
      std::vector<float> thresholds;
      for (int j = 0; j < 9; ++j) thresholds.push_back(static_cast<float>(100.0 * random.normal()));
      if (round % 2 == 0) thresholds.push_back(0.0F);
      std::sort(thresholds.begin(), thresholds.end());
      const DeviceFeature feature = exact_feature(input, thresholds);
      std::vector<std::int64_t> held = {held_min(type), held_max(type), -1, 0, 1};
      for (const float threshold : thresholds) {
        const std::int64_t near = held_value(input, threshold);
        for (std::int64_t step = -40; step <= 40; ++step) held.push_back(near + step);
      }
      for (const std::int64_t value : held) {
        ASSERT_EQ(feature.code(value), quantize::code_of(library_reading(input, value), thresholds))
            << name_of(type) << ' ' << value << " scale " << input.scale;
      }
    }
  }
}

TEST(ExactFeature, ThresholdsOutOfReachAreOnlyCounted) {
  const float thresholds[] = {-3e9F, -1.0F, 7.5F, 254.5F, 255.0F, 3e9F};
  for (const ReadingType type : {ReadingType::uint8, ReadingType::uint10, ReadingType::uint16}) {
    const DeviceFeature feature = exact_feature({type, 1.0, 0.0}, thresholds);
    EXPECT_EQ(feature.passed, 2U);
    EXPECT_EQ(feature.bytes, type == ReadingType::uint8 ? 1 : 2);
    EXPECT_EQ(feature.levels(), 7U);
    if (type != ReadingType::uint8) continue;
    EXPECT_EQ(feature.thresholds, (std::vector<std::uint32_t>{7, 254}));
    EXPECT_EQ(feature.unreached, 2U);
  }
  // Every int32 passes the first and none the last, however wide a key would have to be for that.
  const DeviceFeature wide = exact_feature({ReadingType::int32, 1.0, 0.0}, thresholds);
  EXPECT_EQ(wide.bytes, 4);
  EXPECT_EQ(wide.passed, 1U);
  EXPECT_EQ(wide.unreached, 1U);
  // Falling: held values stand for readings from 0 down to -255.
  const DeviceFeature falling = exact_feature({ReadingType::uint8, -1.0, 0.0}, thresholds);
  EXPECT_EQ(falling.passed, 1U);
  EXPECT_EQ(falling.unreached, 4U);
  EXPECT_EQ(falling.code(0), 2);
  EXPECT_EQ(falling.code(1), 1);
}

TEST(ExactFeature, NoFloatPassesByItself) {
  const float thresholds[] = {-infinity, -3e38F, 3e38F, infinity};
  const DeviceFeature feature = exact_feature({ReadingType::float32, 1.0, 0.0}, thresholds);
  EXPECT_EQ(feature.passed, 0U);
  EXPECT_EQ(feature.unreached, 1U);
  EXPECT_EQ(feature.code(float_place(infinity)), 3);
  EXPECT_EQ(feature.code(float_place(-infinity)), 0);
}

TEST(FloatPlace, IsTheOrderOfFloats) {
  const float ascending[] = {-infinity, -3e38F, -1.0F, -1e-45F, -0.0F,
                             0.0F,      1e-45F, 2.0F,  infinity};
  for (std::size_t i = 0; i + 1 < std::size(ascending); ++i) {
    EXPECT_LT(float_place(ascending[i]), float_place(ascending[i + 1]));
    EXPECT_EQ(float_at_place(float_place(ascending[i])), ascending[i]);
  }
  EXPECT_EQ(float_place(0.0F), 0);
  EXPECT_EQ(float_place(-0.0F), -1);
  EXPECT_EQ(float_place(1e-45F), 1);
}

TEST(Narrowed, LeavesOutWhatNoKeyPassesAnyMore) {
  const float thresholds[] = {1000.0F, 65400.0F, 65500.0F};
  const DeviceFeature narrow =
      narrowed(exact_feature({ReadingType::uint16, 1.0, 0.0}, thresholds), 1);
  EXPECT_EQ(narrow.thresholds, (std::vector<std::uint32_t>{3, 254}));
  EXPECT_EQ(narrow.unreached, 1U);
  for (std::int64_t held = 0; held < 65536; ++held) {
    ASSERT_EQ(narrow.code(held), (held > 1023 ? 1 : 0) + (held > 65279 ? 1 : 0)) << held;
  }
}

TEST(Narrowed, ComparesHighBitsAndSaysHowFarThresholdsMoved) {
  const float thresholds[] = {255.0F, 300.0F, 1000.0F};
  const DeviceFeature exact = exact_feature({ReadingType::uint16, 0.5, 0.0}, thresholds);
  EXPECT_EQ(exact.thresholds, (std::vector<std::uint32_t>{510, 600, 2000}));
  const DeviceFeature narrow = narrowed(exact, 1);
  // Counts above 511, 511 and 2047: the multiples of 256, less one, that are nearest.
  EXPECT_EQ(narrow.shift, 8);
  EXPECT_EQ(narrow.thresholds, (std::vector<std::uint32_t>{1, 1, 7}));
  EXPECT_EQ(narrow.moved, 3U);
  EXPECT_DOUBLE_EQ(narrow.moved_max, 44.5);
  for (std::int64_t held = 0; held < 65536; ++held) {
    ASSERT_EQ(narrow.code(held), (held > 511 ? 2 : 0) + (held > 2047 ? 1 : 0)) << held;
  }
}

model::Model model_of(std::initializer_list<std::vector<float>> thresholds) {
  model::Model model;
  for (const auto& of_feature : thresholds) {
    model.features.push_back({"f", "", 0.0, 1.0});
    model.thresholds.add_feature(of_feature);
  }
  return model;
}

TEST(DeviceFeatures, NarrowOnlyWhatCalibrationAllows) {
  const model::Model model = model_of({{1000.0F, 2000.0F, 3000.0F}});
  const DeviceInput inputs[] = {{ReadingType::uint16, 1.0, 0.0}};
  EXPECT_EQ(device_features(model, inputs, {}).front().bytes, 2);
  base::Matrix calm(3, 1);
  calm(0, 0) = 100.0F;
  calm(1, 0) = 1500.0F;
  calm(2, 0) = 5000.0F;
  const DeviceFeature narrow = device_features(model, inputs, calm).front();
  EXPECT_EQ(narrow.bytes, 1);
  EXPECT_EQ(narrow.moved, 3U);
  base::Matrix close(1, 1);
  close(0, 0) = 1001.0F;
  EXPECT_EQ(device_features(model, inputs, close).front().bytes, 2);
}

TEST(DeviceFeatures, BytesMaxRoundsWhateverChangesAndCountsIt) {
  const model::Model model = model_of({{1000.0F, 2000.0F, 3000.0F}});
  const DeviceInput inputs[] = {{ReadingType::uint16, 1.0, 0.0}};
  base::Matrix rows(3, 1);
  rows(0, 0) = 1001.0F;  // thresholds become 1023, 2047 and 3071
  rows(1, 0) = 2500.0F;
  rows(2, 0) = 3071.0F;
  const DeviceFeature feature = device_features(model, inputs, rows, 1).front();
  EXPECT_EQ(feature.bytes, 1);
  EXPECT_EQ(feature.moved, 3U);
  EXPECT_DOUBLE_EQ(feature.moved_max, 71.0);
  EXPECT_EQ(feature.codes_changed, 2U);
  EXPECT_EQ(device_features(model, inputs, rows, 2).front().codes_changed, 0U);
}

TEST(DeviceFeatures, WidthsAreEqualUnlessDifferentOnesPay) {
  const DeviceInput inputs[] = {{ReadingType::uint16, 1.0, 0.0}, {ReadingType::uint8, 1.0, 0.0}};
  const auto few = device_features(model_of({{1000.0F}, {100.0F}}), inputs, {});
  EXPECT_EQ(few[0].bytes, 2);
  EXPECT_EQ(few[1].bytes, 2);
  std::vector<float> many;
  for (int j = 0; j < 255; ++j) many.push_back(static_cast<float>(j));
  const auto mixed = device_features(model_of({{1000.0F}, many}), inputs, {});
  EXPECT_EQ(mixed[0].bytes, 2);
  EXPECT_EQ(mixed[1].bytes, 1);
  for (std::int64_t held = 0; held < 256; ++held) {
    EXPECT_EQ(few[1].code(held), held > 100 ? 1 : 0);
    EXPECT_EQ(mixed[1].code(held), held);
  }
}

TEST(DeviceFeatures, FloatsWhoseLowBitsDoNotMatterAreCutWithoutLoss) {
  // 1 and 2 end with 23 zero bits; the largest reading that is not above them does not.
  const DeviceInput inputs[] = {{ReadingType::float32, 1.0, 0.0}};
  EXPECT_EQ(device_features(model_of({{1.0F, 2.0F}}), inputs, {}).front().bytes, 4);
  const auto below_one = std::nextafter(1.0F, 0.0F);
  EXPECT_EQ(device_features(model_of({{below_one}}), inputs, {}).front().bytes, 2);
}

TEST(LastHeld, GivesTheCodeOfEveryCount) {
  base::Random random(23);
  for (int trial = 0; trial < 100; ++trial) {
    const double sign = trial % 2 == 0 ? 1.0 : -1.0;
    const DeviceInput input{ReadingType::uint8, sign * std::exp(random.normal()),
                            50.0 * random.normal()};
    const DeviceFeature feature = exact_feature(input, thresholds_for(input, 7, random));
    for (std::int64_t value = 0; value < 256; ++value) {
      std::size_t code = feature.passed;
      for (std::size_t j = 0; j < feature.thresholds.size(); ++j) {
        const std::int64_t limit = last_held(feature, j);
        EXPECT_TRUE(limit >= 0 && limit <= 255);
        code += (feature.descending() ? value < limit : value > limit) ? 1 : 0;
      }
      EXPECT_EQ(code, feature.code(value));
    }
  }
}

}  // namespace
}  // namespace terse::export_text
