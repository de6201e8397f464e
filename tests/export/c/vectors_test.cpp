#include "terse/export/c/vectors.h"

#include <gtest/gtest.h>

#include <set>
#include "export/c/examples.h"

namespace terse::export_c {
namespace {

TEST(TestVectors, HoldTheLibrarysMessages) {
  const model::Model model =
      model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  const Encoder encoder = encoder_of(model, {export_text::ReadingType::int16, 0.25, -3.0});
  const auto vectors = test_vectors(model, encoder);
  EXPECT_GE(vectors.size(), 16U);
  std::set<std::string> messages;
  for (const TestVector& vector : vectors) {
    std::vector<quantize::Code> codes(model.features.size());
    ASSERT_EQ(model.layout().unpack(vector.payload, codes), payload::Status::ok);
    for (std::size_t f = 0; f < codes.size(); ++f) {
      const auto reading = static_cast<float>(0.25 * static_cast<double>(vector.held[f]) - 3.0);
      EXPECT_EQ(codes[f], quantize::code_of(reading, model.thresholds.of(f)));
    }
    messages.insert(std::string(vector.payload.begin(), vector.payload.end()));
  }
  EXPECT_GT(messages.size(), 10U);
  EXPECT_EQ(vectors[1].held, std::vector<std::int64_t>(model.features.size(), -32768));
  EXPECT_EQ(vectors[2].held, std::vector<std::int64_t>(model.features.size(), 32767));
}

TEST(TestVectors, HoldGaps) {
  model::Model model = model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  model.features[0].missing_level = true;
  const std::size_t last = model.thresholds.count(0) + 1;
  const Encoder encoder =
      encoder_of(model, {export_text::ReadingType::int16, 0.25, -3.0}, Form::speed);
  std::size_t missing = 0;
  for (const TestVector& vector : test_vectors(model, encoder)) {
    std::vector<quantize::Code> codes(model.features.size());
    ASSERT_EQ(encoder.layout().unpack(vector.payload, codes), payload::Status::ok);
    EXPECT_EQ(codes[0] == last, vector.missing[0]);
    missing += vector.missing[0] ? 1 : 0;
    EXPECT_FALSE(vector.missing[1]);
  }
  EXPECT_GT(missing, 2U);
}

TEST(TestVectors, TakeReadingsAwayWhereThatIsRefused) {
  const model::Model model =
      model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  export_text::DeviceInput held{export_text::ReadingType::int16, 0.25, -3.0};
  held.sentinel = {-127, -127};
  held.limits = {-900, 1200};
  const auto vectors = test_vectors(model, encoder_of(model, held));
  std::size_t refused = 0;
  for (const TestVector& vector : vectors) {
    std::size_t none = 0;
    for (std::size_t f = 0; f < vector.held.size(); ++f) {
      none += held.takes(vector.held[f]) ? 0 : 1;
    }
    EXPECT_EQ(none, vector.refused ? 1U : 0U);
    EXPECT_EQ(vector.payload.empty(), vector.refused);
    refused += vector.refused ? 1 : 0;
  }
  EXPECT_EQ(refused, 4U);
  EXPECT_EQ(vectors[1].held, std::vector<std::int64_t>(model.features.size(), -900));
  EXPECT_EQ(vectors[2].held, std::vector<std::int64_t>(model.features.size(), 1200));
}

TEST(TestVectors, HoldSentinelsOfFeaturesThatMayBeMissing) {
  model::Model model = model::example_model(model::random_fold_input(quantize::Method::bw_sq));
  for (model::Feature& feature : model.features) feature.missing_level = true;
  export_text::DeviceInput held{export_text::ReadingType::int16, 0.25, -3.0};
  held.sentinel = {32767, 32767};
  const Encoder encoder = encoder_of(model, held);
  std::size_t sentinels = 0;
  for (const TestVector& vector : test_vectors(model, encoder)) {
    EXPECT_FALSE(vector.refused);
    std::vector<quantize::Code> codes(model.features.size());
    ASSERT_EQ(encoder.layout().unpack(vector.payload, codes), payload::Status::ok);
    for (std::size_t f = 0; f < codes.size(); ++f) {
      if (vector.held[f] != 32767) continue;
      ++sentinels;
      EXPECT_EQ(codes[f], encoder.features[f].levels() - 1);
    }
  }
  EXPECT_GT(sentinels, 2U);
}

}  // namespace
}  // namespace terse::export_c
