#include "terse/model/model.h"

#include <gtest/gtest.h>

#include <limits>

namespace terse::model {
namespace {

Model model_of(quantize::Method method, const std::vector<std::size_t>& levels) {
  Model model;
  model.method = method;
  for (const std::size_t count : levels) {
    model.features.push_back({"", "", 0.0, 1.0});
    std::vector<float> thresholds(count - 1);
    for (std::size_t j = 0; j < thresholds.size(); ++j) thresholds[j] = static_cast<float>(j);
    model.thresholds.add_feature(thresholds);
  }
  return model;
}

TEST(Model, CountsTheBitsOfItsPacking) {
  Model model = model_of(quantize::Method::bw_sq, {1, 3, 5, 256});
  EXPECT_EQ(model.levels(), (std::vector<std::size_t>{1, 3, 5, 256}));
  EXPECT_EQ(model.payload_bits(), 13U);
  EXPECT_EQ(model.payload_bytes(), 2U);
  EXPECT_DOUBLE_EQ(model.compression(), 128.0 / 13.0);
  model.packing = payload::Packing::radix;  // 3840 messages
  EXPECT_EQ(model.payload_bits(), 12U);
  model.tag = 1;
  EXPECT_EQ(model.payload_bits(), 12U);
  EXPECT_EQ(model.payload_bytes(), 3U);
}

TEST(Model, FullPrecisionSendsFloats) {
  const Model model = model_of(quantize::Method::fp, {1, 1, 1});
  EXPECT_EQ(model.payload_bits(), 96U);
  EXPECT_EQ(model.payload_bytes(), 12U);
  EXPECT_DOUBLE_EQ(model.compression(), 1.0);
}

TEST(Model, NothingSentCompressesWithoutBound) {
  const Model model = model_of(quantize::Method::bw_sq, {1, 1});
  EXPECT_EQ(model.payload_bytes(), 0U);
  EXPECT_EQ(model.compression(), std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace terse::model
