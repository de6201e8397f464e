// The files beside an exported network.
#include <gtest/gtest.h>

#include "model/integer_examples.h"
#include "terse/export/c/network.h"
#include "terse/model/decoder/fixed_point.h"
#include "terse/model/decoder/integer_network.h"
#include "terse/model/predictor.h"

namespace terse::export_c {
namespace {

model::Model compressed(bool classes) {
  model::Model model = model::integer_model(
      classes ? model::special_fold_input(quantize::Method::bw_sq, 3)
              : model::random_fold_input(quantize::Method::bw_sq, {.hidden = {10, 6}}),
      {4, 6, 2});
  model.output = model::Number{50.0, 8.0};
  if (classes) model.output = model::Classes{{"a", "b", "c"}};
  return model;
}

CEncoder encoder_of(const model::Model& model) {
  const std::vector<export_text::DeviceInput> inputs(model.features.size(),
                                                     {export_text::ReadingType::float32, 1.0, 0.0});
  return c_encoder(model, "probe", Form::size, inputs, {});
}

TEST(NetworkPackage, PredictionsAreTheLibrarysInSteps) {
  for (const bool classes : {false, true}) {
    const model::Model model = compressed(classes);
    const CEncoder encoder = encoder_of(model);
    const auto vectors = test_vectors(model, encoder);
    const auto predictions = c_network_predictions(model, encoder, vectors);
    ASSERT_EQ(predictions.size(), vectors.size());
    const double step = std::pow(10.0, -c_network_facts(model, encoder).decimals);
    model::Predictor predictor(model);
    std::vector<quantize::Code> codes(model.features.size());
    std::vector<float> outputs(model.outputs());
    for (std::size_t v = 0; v < vectors.size(); ++v) {
      ASSERT_EQ(model.layout().unpack(vectors[v].payload, codes), payload::Status::ok);
      predictor.predict_codes(codes, 1, outputs);
      if (classes) {
        const float largest = *std::ranges::max_element(outputs);
        EXPECT_NEAR(outputs[static_cast<std::size_t>(predictions[v])], largest, 1e-3);
      } else {
        EXPECT_NEAR(step * predictions[v], double(outputs[0]), 1.1 * step);
      }
    }
  }
}

TEST(NetworkPackage, FactsAreThoseOfTheArrays) {
  model::Model model = compressed(false);
  model.packing = payload::Packing::radix;
  const CNetworkFacts facts = c_network_facts(model, encoder_of(model));
  EXPECT_EQ(facts.widths, (std::vector<unsigned>{4, 6, 2}));
  // Rows in fours: 12 units of 4 bits a row, 12 inputs of 6 bits for 6 outputs, 8 of 2 bits.
  EXPECT_EQ(facts.weight_bytes, model::layers_of(model).front().inputs * 6 + 6 * 9 + 2);
  EXPECT_EQ(facts.decimals, 3);
  // Twelve sums of 16 bits, or 12 and 8 activations, and the message, which radix packing divides.
  EXPECT_EQ(facts.stack_bytes, 24 + 2 * model.payload_bytes());
}

TEST(NetworkPackage, WithoutTheNetworkNothingChanges) {
  const model::Model model = compressed(false);
  const CEncoder encoder = encoder_of(model);
  const auto without = package_files(model, encoder, PackageKind::c);
  const auto with = package_files(model, encoder, PackageKind::c, true);
  EXPECT_EQ(with.size(), without.size() + 3);
  const auto text = [](const std::vector<export_text::File>& files, const std::string& path) {
    for (const export_text::File& file : files) {
      if (file.path == path) return file.bytes;
    }
    return std::string();
  };
  EXPECT_EQ(text(without, "probe.c"), text(with, "probe.c"));
  EXPECT_EQ(text(without, "README.md").find("network"), std::string::npos);
  EXPECT_NE(text(with, "README.md").find("probe_network.h"), std::string::npos);
  EXPECT_NE(text(with, "vectors.csv").find("payload,prediction\n"), std::string::npos);
  EXPECT_EQ(text(without, "vectors.csv").find("prediction"), std::string::npos);
}

TEST(NetworkPackage, BuildSystemsKnowItsSource) {
  const model::Model model = compressed(true);
  const CEncoder encoder = encoder_of(model);
  for (const auto& [kind, text] :
       {std::pair{PackageKind::esp_idf, "\"probe.c\" \"probe_network.c\""},
        {PackageKind::zephyr, "src/probe.c src/probe_network.c"}}) {
    bool found = false;
    for (const export_text::File& file : package_files(model, encoder, kind, true)) {
      found =
          found || (file.path == "CMakeLists.txt" && file.bytes.find(text) != std::string::npos);
      EXPECT_EQ(file.bytes.find('@'), std::string::npos) << file.path;
    }
    EXPECT_TRUE(found) << text;
  }
}

}  // namespace
}  // namespace terse::export_c
