#include "terse/serve/core/version_watch.h"

#include <gtest/gtest.h>

#include "serve/served_examples.h"

namespace terse::serve::core {
namespace {

TEST(VersionWatch, ComparesAlwaysTheSameDevices) {
  std::size_t compared = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string device = "device " + std::to_string(i);
    if (is_compared(device, 0.1)) {
      ++compared;
      EXPECT_TRUE(is_compared(device, 0.2));
    }
    EXPECT_TRUE(is_compared(device, 1.0));
    EXPECT_FALSE(is_compared(device, 0.0));
  }
  EXPECT_GT(compared, 900U);
  EXPECT_LT(compared, 1100U);
}

TEST(VersionWatch, TellsHowFarTheVersionBeforePredictsOtherwise) {
  const Folder folder;
  model::Model model = example(1);
  model::write_file(model, folder / "old.terse");
  std::get<model::Number>(model.output).mean +=
      0.3 * std::get<model::Number>(model.output).deviation;
  model::write_file(model, folder / "new.terse");
  model::Model fan = example(2);
  fan.tag = 0x01;
  model::write_file(fan, folder / "fan.terse");
  const ModelRegistry registry(
      {{"pump=" + (folder / "old.terse"), "pump=" + (folder / "new.terse"), folder / "fan.terse"},
       {}});
  const auto models = registry.all();
  Metrics metrics;
  VersionWatch watch(registry, metrics, {{"pump", 1.0}, {"fan", 1.0}}, 16);
  std::vector<Predicted> messages;
  std::vector<Answer> answers(3);
  std::vector<std::vector<std::uint8_t>> payloads;
  for (std::size_t m = 0; m < 3; ++m) {
    payloads.emplace_back(models[m]->payload_bytes);
    std::vector<quantize::Code> codes(models[m]->model.features.size());
    models[m]->layout.pack(codes, payloads.back());
  }
  for (std::size_t m = 0; m < 3; ++m) {
    BatchPredictor(models[m], 1).predict(std::vector<ToPredict>{{payloads[m], &answers[m]}});
    messages.push_back({models[m], "p1", payloads[m], &answers[m]});
  }
  watch.count(messages);
  watch.count(std::vector<Predicted>{messages[1]});
  const std::string text = metrics.text();
  const auto has = [&](const std::string& line) {
    EXPECT_NE(text.find(line), std::string::npos) << line << '\n' << text;
  };
  const auto labels = [&](std::size_t m) {
    return "model=\"" + models[m]->name + "\",version=\"" + models[m]->version + '"';
  };
  has("terse_model_messages_total{" + labels(0) + "} 1\n");
  has("terse_model_messages_total{" + labels(1) + "} 2\n");
  has("terse_model_messages_total{" + labels(2) + "} 1\n");
  const std::string both = labels(1) + ",with=\"" + models[0]->version + '"';
  has("terse_compared_difference_bucket{" + both + ",le=\"0.2\"} 0\n");
  has("terse_compared_difference_bucket{" + both + ",le=\"0.5\"} 2\n");
  has("terse_compared_difference_count{" + both + "} 2\n");
  EXPECT_EQ(text.find("terse_compared_difference_count{" + labels(2)), std::string::npos);
}

}  // namespace
}  // namespace terse::serve::core
