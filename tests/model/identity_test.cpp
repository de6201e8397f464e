#include "terse/model/identity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "model/examples.h"
#include "terse/base/error.h"

namespace terse::model {
namespace {

Model special_model(std::uint64_t seed = 1) {
  FoldInput input = special_fold_input(quantize::Method::bw_sq);
  base::Random random(seed);
  for (auto& layer : input.layers) layer.bias.front() = static_cast<float>(random.normal());
  return example_model(input);
}

TEST(Identity, IsTheSameForTheSameAndForEveryDecoderOfIt) {
  const Model model = special_model();
  EXPECT_EQ(wire_id(model), wire_id(special_model()));
  Model renewed = special_model(2);  // other weights
  renewed.record.seed = 7;
  renewed.record.data_hash = "0123";
  renewed.target_name = "another";
  renewed.decoder = random_trees(model, 2, 5);
  renewed.tag = 0x11;
  for (Feature& feature : renewed.features) {
    feature.mean += 1.0;
    feature.unit = "K";
    feature.code_rows.clear();
  }
  EXPECT_EQ(wire_id(model), wire_id(renewed));
  EXPECT_EQ(automatic_tag(model), automatic_tag(renewed));
}

TEST(Identity, ChangesWithEverythingThatTravels) {
  const Model model = special_model();
  std::set<std::string> ids = {wire_id(model)};
  std::size_t changes = 0;
  const auto differs = [&](const auto& change) {
    Model other = model;
    change(other);
    ids.insert(wire_id(other));
    EXPECT_EQ(ids.size(), ++changes + 1);
  };
  for (std::size_t t = 0; t < model.thresholds.values.size(); ++t) {
    differs([t](Model& other) {
      float& value = other.thresholds.values[t];
      value = std::nextafter(value, std::numeric_limits<float>::infinity());
    });
  }
  differs([](Model& other) { other.packing = payload::Packing::bits; });
  differs([](Model& other) { other.features[0].name += "2"; });
  differs([](Model& other) { other.features[0].origin = 5.0; });
  differs([](Model& other) { other.features[0].missing_level = false; });
  differs([](Model& other) { other.features[1].unseen_level = false; });
  differs([](Model& other) {
    std::swap(other.features[2].categories[0], other.features[2].categories[1]);
  });
  differs([](Model& other) { other.features[2].categories = {"12"}; });
  differs([](Model& other) { std::swap(other.features[1], other.features[2]); });
}

// Worked out by other means from the header's words: the format must stay what it is.
TEST(Identity, BytesAreWrittenAsDocumented) {
  Model model;
  for (const char* name : {"a", "not sent"}) model.features.emplace_back().name = name;
  model.thresholds.add_feature(std::vector<float>{-0.0F, 1.5F});
  model.thresholds.add_feature(std::vector<float>{});
  std::vector<std::uint8_t> expected;
  const auto number = [&](std::uint64_t value) {
    for (int i = 0; i < 8; ++i)
      expected.push_back(static_cast<std::uint8_t>(value >> (56 - 8 * i)));
  };
  number(4);
  for (const char c : std::string("bits")) expected.push_back(static_cast<std::uint8_t>(c));
  number(1);
  expected.push_back('a');
  for (const std::uint64_t value : {0UL, 0UL, 0UL, 0UL, 2UL, 0UL, 0x3fc00000UL}) number(value);
  EXPECT_EQ(wire_bytes(model), expected);
  EXPECT_EQ(wire_id(model), "9a5de7ba94f6bc86");
  EXPECT_EQ(automatic_tag(model), 0x9a);
}

TEST(Identity, TagsAreSaidInWordsOrNumbers) {
  const Model model = special_model();
  EXPECT_EQ(tag_of("none", model), std::nullopt);
  EXPECT_EQ(tag_of("auto", model), automatic_tag(model));
  EXPECT_EQ(tag_of("126", model), 126);
  EXPECT_EQ(tag_of("0x7e", model), 126);
  EXPECT_EQ(tag_of("0XFF", model), 255);
  EXPECT_EQ(tag_of("0", model), 0);
  for (const char* text : {"", "256", "-1", "0x", "0x100", "7e", " 7", "Auto", "0x7e "}) {
    EXPECT_THROW(tag_of(text, model), base::OptionError) << text;
  }
  Model full;
  full.method = quantize::Method::fp;
  EXPECT_EQ(tag_of("none", full), std::nullopt);
  EXPECT_THROW(tag_of("auto", full), base::OptionError);
}

TEST(Identity, AWrongTagIsNamedWithTheOneExpected) {
  const Model model = special_model();  // tag 0xa7
  const std::vector<std::uint8_t> payload = {0x0c, 1};
  EXPECT_EQ(refusal_text(model, payload::Status::wrong_tag, payload),
            "its tag is 0x0c, not 0xa7 of the model with the id " + wire_id(model));
  EXPECT_EQ(refusal_text(model, payload::Status::nonzero_fill, payload),
            std::string(payload::description(payload::Status::nonzero_fill)));
}

}  // namespace
}  // namespace terse::model
