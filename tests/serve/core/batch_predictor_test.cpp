#include "terse/serve/core/batch_predictor.h"

#include <gtest/gtest.h>

#include "serve/served_examples.h"

namespace terse::serve::core {
namespace {

TEST(BatchPredictor, ReadingsThatGiveNoNumberAreRefusedAlone) {
  const Folder folder;
  model::write_file(example(3, quantize::Method::fp), folder / "pump.terse");
  const ModelRegistry registry(RegistrySources{{folder / "pump.terse"}, {}});
  const Served served = registry.all().front();
  const std::size_t features = served->model.features.size();
  const auto payload_of = [&](float reading) {
    std::vector<std::uint8_t> payload(4 * features);
    std::vector<float> readings(features, reading);
    std::get<payload::FloatLayout>(served->model.message()).pack(readings, payload);
    return payload;
  };
  const auto ordinary = payload_of(0.5F);
  const auto enormous = payload_of(3.4e38F);
  std::vector<Answer> answers(3);
  BatchPredictor predictor(served, 8);
  predictor.predict(std::vector<ToPredict>{
      {ordinary, &answers[0]}, {enormous, &answers[1]}, {ordinary, &answers[2]}});
  EXPECT_EQ(answers[0].verdict, Verdict::stored);
  EXPECT_EQ(answers[1].verdict, Verdict::refused);
  EXPECT_EQ(answers[1].reason, "the model gives no finite prediction for these readings");
  EXPECT_EQ(answers[2].verdict, Verdict::stored);
}

}  // namespace
}  // namespace terse::serve::core
