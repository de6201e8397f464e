// Size and refusals; what the script computes is tested by check_js.py, in two engines.
#include "terse/export/js/codec.h"

#include <gtest/gtest.h>

#include "model/examples.h"
#include "terse/base/error.h"
#include "terse/export/js/repository.h"

namespace terse::export_js {
namespace {

model::Model wide_model(std::size_t features, std::size_t units) {
  model::FoldInput input = model::random_fold_input(
      quantize::Method::bw_sq,
      {.features = features, .thresholds_max = 0, .hidden = {units}, .seed = 5});
  base::Random random(8);
  input.thresholds = {};
  for (std::size_t f = 0; f < features; ++f) {
    input.features[f].name = "f" + std::to_string(f);
    std::vector<float> thresholds(15);
    for (float& value : thresholds) value = static_cast<float>(random.normal());
    input.thresholds.add_feature(thresholds);
  }
  input.layers.front() = model::random_layer(units, features * 15, random);
  model::Model model = model::example_model(input);
  model.packing = payload::Packing::bits;
  model.tag.reset();
  return model;
}

std::string refusal(const model::Model& model, const CodecOptions& options) {
  try {
    codec_files(model, options);
  } catch (const base::InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(JsFiles, FitTheProjectsTargetAndTheServersLimit) {
  const model::Model model = wide_model(81, 4);
  const auto compact = codec_files(model, {.name = "wide", .compact = true});
  EXPECT_EQ(compact.front().path, "wide.js");
  EXPECT_EQ(compact[1].path, "wide-codec.yaml");
  EXPECT_EQ(compact.back().path, "ts013/examples.json");
  EXPECT_LT(compact.front().bytes.size(), 4096U);
  EXPECT_LT(codec_files(model, {.name = "wide"}).front().bytes.size(), script_bytes_max / 2);
  EXPECT_NE(refusal(wide_model(81, 64), {.name = "wide", .network = true}).find("`network`"),
            std::string::npos);
  EXPECT_NE(refusal(wide_model(400, 4), {.name = "wide"}).find("`compact`"), std::string::npos);
}

TEST(JsFiles, HaveAnIdThatTheRepositoryTakes) {
  EXPECT_EQ(codec_id("m"), "m-codec");
  EXPECT_EQ(codec_id("my_field_2"), "my-field-2-codec");
  EXPECT_EQ(codec_id(std::string(40, 'a')), std::string(30, 'a') + "-codec");
  EXPECT_EQ(codec_id(std::string(29, 'a') + "_b"), std::string(29, 'a') + "-codec");
  const auto files = codec_files(wide_model(3, 4), {.name = "my_field", .compact = true});
  EXPECT_EQ(files[0].path, "my_field.js");
  EXPECT_EQ(files[1].path, "my-field-codec.yaml");
  EXPECT_NE(files[1].bytes.find("fileName: my_field.js\n"), std::string::npos);
  EXPECT_NE(files[3].bytes.find("\"name\": \"my-field-codec\""), std::string::npos);
}

TEST(JsFiles, FlatNamesDoNotMeet) {
  model::Model model = wide_model(3, 2);
  model.output = model::Classes{{"a", "b"}};
  model.features[1].name = model.target_name + "_probability";
  const CodecOptions flat{.name = "m", .network = true, .flat = true};
  EXPECT_NE(refusal(model, flat).find("taken"), std::string::npos);
  EXPECT_EQ(refusal(model, {.name = "m", .network = true}), "accepted");
}

TEST(JsFiles, RefuseModelsWithoutADecoder) {
  model::Model model = wide_model(3, 4);
  model.features[1].name = "__proto__";
  EXPECT_NE(refusal(model, {.name = "m"}).find("'__proto__'"), std::string::npos);
  model.features[1].name = model.target_name;
  EXPECT_EQ(refusal(model, {.name = "m"}), "accepted");
  EXPECT_NE(refusal(model, {.name = "m", .network = true}).find("taken"), std::string::npos);
  const auto full = model::example_model(model::random_fold_input(quantize::Method::fp));
  EXPECT_NE(refusal(full, {.name = "m"}).find("full precision"), std::string::npos);
  const auto silent = model::example_model(
      model::random_fold_input(quantize::Method::sq, {.features = 2, .thresholds_max = 0}));
  model::Model untagged = silent;
  untagged.tag.reset();
  EXPECT_NE(refusal(untagged, {.name = "m"}).find("sends no feature"), std::string::npos);
}

}  // namespace
}  // namespace terse::export_js
