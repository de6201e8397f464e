#include "terse/model/message_difference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "terse/model/identity.h"

namespace terse::model {
namespace {

Model some_model() {
  Model model;
  model.features = {
      {.name = "a", .unit = ""}, {.name = "b", .unit = ""}, {.name = "c", .unit = ""}};
  model.features[1].categories = {"x", "y"};
  model.thresholds.add_feature(std::vector<float>{0.5F, 2.0F});
  model.thresholds.add_feature({});
  model.thresholds.add_feature({});
  return model;
}

TEST(MessageDifference, WhatDevicesDoNotKnowDoesNotCount) {
  const Model model = some_model();
  Model other = some_model();
  other.target_name = "another";
  other.method = quantize::Method::bw_qq;
  other.features[0].mean = 3.0;
  other.features[2].name = "not sent";
  EXPECT_EQ(message_difference(model, other), "");
  EXPECT_EQ(wire_id(model), wire_id(other));
  other.features.pop_back();
  other.thresholds.offsets.pop_back();
  EXPECT_EQ(message_difference(model, other), "");
}

// No reading lies between them, so no code differs, and the id does not either.
TEST(MessageDifference, ZeroIsOneThresholdWhateverItsSign) {
  Model one = some_model();
  Model other = some_model();
  one.thresholds.values[0] = 0.0F;
  other.thresholds.values[0] = -0.0F;
  EXPECT_EQ(message_difference(one, other), "");
  EXPECT_EQ(wire_id(one), wire_id(other));
}

TEST(MessageDifference, EveryPartOfAnEncoderCounts) {
  const auto changed = [](const auto& change) {
    Model other = some_model();
    change(other);
    return message_difference(some_model(), other);
  };
  EXPECT_EQ(changed([](Model& m) { m.tag = 1; }), "the tag");
  EXPECT_EQ(changed([](Model& m) { m.packing = payload::Packing::radix; }), "the packing");
  EXPECT_EQ(changed([](Model& m) { m.method = quantize::Method::fp; }),
            "readings in place of codes");
  EXPECT_EQ(changed([](Model& m) { m.features[0].name = "d"; }), "the place of feature 'a'");
  EXPECT_EQ(changed([](Model& m) { m.features[0].origin = 1.0; }), "the origin of feature 'a'");
  EXPECT_EQ(changed([](Model& m) { m.features[0].missing_level = true; }),
            "the code for a missing reading of feature 'a'");
  EXPECT_EQ(changed([](Model& m) { m.features[1].unseen_level = true; }),
            "the code for other categories of feature 'b'");
  EXPECT_EQ(changed([](Model& m) {
              m.features[1].categories = {"y", "x"};
            }),
            "the categories of feature 'b'");
  EXPECT_EQ(changed([](Model& m) {
              m.features[2].categories = {"p", "q"};
            }),
            "the number of features that are sent");
  EXPECT_EQ(changed([](Model& m) { m.thresholds.values[0] = std::nextafter(0.5F, 1.0F); }),
            "the thresholds of feature 'a'");
}

}  // namespace
}  // namespace terse::model
