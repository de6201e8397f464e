// That the programs run, and find no difference, is tested in tests/peers/device.
#include "terse/export/c/test_program.h"

#include <gtest/gtest.h>

#include <cmath>
#include "export/c/examples.h"
#include "terse/export/c/network.h"
#include "terse/model/predictor.h"

namespace terse::export_c {
namespace {

TEST(NetworkPredictions, AreTheLibrarysInSteps) {
  for (const bool classes : {false, true}) {
    const model::Model model = compressed_model(classes);
    const Encoder encoder = encoder_of(model);
    const auto vectors = test_vectors(model, encoder);
    const auto predictions = network_predictions(model, encoder, vectors);
    ASSERT_EQ(predictions.size(), vectors.size());
    const double step = std::pow(10.0, -network_facts(model, encoder).decimals);
    model::Predictor predictor(model);
    std::vector<quantize::Code> codes(model.features.size());
    std::vector<float> outputs(model.outputs());
    std::size_t refused = 0;
    for (std::size_t v = 0; v < vectors.size(); ++v) {
      ASSERT_EQ(predictions[v].has_value(), !vectors[v].refused);
      refused += vectors[v].refused ? 1 : 0;
      if (vectors[v].refused) continue;
      ASSERT_EQ(model.layout().unpack(vectors[v].payload, codes), payload::Status::ok);
      predictor.predict_codes(codes, 1, outputs);
      if (classes) {
        const float largest = *std::ranges::max_element(outputs);
        EXPECT_NEAR(outputs[static_cast<std::size_t>(*predictions[v])], largest, 1e-3);
      } else {
        EXPECT_NEAR(step * *predictions[v], double(outputs[0]), 1.1 * step);
      }
    }
    EXPECT_EQ(refused, 4U);
  }
}

TEST(EncoderTest, HoldsEverySampleAndItsMessage) {
  const model::Model model =
      model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  Encoder encoder = encoder_of(model, {export_text::ReadingType::float32, 1.0, 0.0});
  TestVector vector;
  vector.held.assign(model.features.size(), export_text::float_place(1.5F));
  vector.missing.assign(model.features.size(), false);
  vector.payload = {0x5E, 0x07};
  const std::string program = encoder_test(encoder, std::vector(2, vector));
  EXPECT_TRUE(holds(program, "Compares the encoder with 2 samples"));
  EXPECT_TRUE(holds(program, "    0x5E, 0x07,\n"));
  EXPECT_TRUE(holds(program, "    1.5F, 1.5F,"));
  EXPECT_FALSE(holds(program, "missing"));
  encoder.features[0].missing_level = true;
  vector.missing[0] = true;
  EXPECT_TRUE(holds(encoder_test(encoder, std::vector(1, vector)), "  {0x01},\n"));
  encoder.features[0].input.type = export_text::ReadingType::uint8;
  vector.held[0] = 7;
  EXPECT_TRUE(holds(reading_lines(encoder, vector), "    {.count = 7}, {.value = 1.5F},"));
}

TEST(EncoderTest, KnowsWhatMustBeRefused) {
  const Encoder encoder = encoder_of(model_of({{1.0F}}), input(export_text::ReadingType::float32));
  const TestVector good{{export_text::float_place(1.5F)}, {false}, {0x80}, false};
  const TestVector nan{{0x7FC00000}, {false}, {}, true};
  const std::string program = encoder_test(encoder, std::vector{good, nan});
  EXPECT_TRUE(holds(program, "#include <math.h>\n"));
  EXPECT_TRUE(holds(program, "refused[] = {0, 1};"));
  EXPECT_TRUE(holds(program, "    NAN,\n"));
  EXPECT_TRUE(holds(program, "PROBE_NO_READING"));
}

TEST(NetworkTest, HoldsEveryMessageAndItsPrediction) {
  const model::Model model = compressed_model(false);
  const Encoder encoder = encoder_of(model);
  const auto vectors = test_vectors(model, encoder);
  const std::string program = network_test(model, encoder, vectors);
  for (const auto& prediction : network_predictions(model, encoder, vectors)) {
    if (!prediction) continue;
    EXPECT_TRUE(holds(program, "\n  " + std::to_string(*prediction) + "L,\n"));
  }
}

}  // namespace
}  // namespace terse::export_c
