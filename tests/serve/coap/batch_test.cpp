#include "terse/serve/coap/batch.h"

#include <gtest/gtest.h>

#include <future>

#include "serve/served_examples.h"

namespace terse::serve::coap {
namespace {

class CoapBatchTest : public ::testing::Test {
 protected:
  CoapBatchTest() {
    model::write_file(example(3), folder / "pump.terse");
    registry =
        std::make_unique<core::ModelRegistry>(core::RegistrySources{{folder / "pump.terse"}, {}});
  }

  core::Answer ask(const std::vector<std::string>& models, const core::PipelineLimits& limits) {
    core::Pipeline pipeline(*registry, nullptr, metrics, limits);
    std::vector<core::Uplink> uplinks(models.size());
    for (std::size_t i = 0; i < models.size(); ++i) {
      uplinks[i].device = "d";
      uplinks[i].model = models[i];
      const core::Served served = registry->all()[0];
      uplinks[i].payload.resize(served->payload_bytes);
      const std::vector<quantize::Code> codes(served->model.features.size());
      served->layout.pack(codes, uplinks[i].payload);
    }
    std::promise<core::Answer> given;
    std::vector<std::pair<core::Uplink, core::Pipeline::Answered>> several;
    add_request(
        uplinks, [&](const core::Answer& answer) { given.set_value(answer); }, several);
    pipeline.submit_all(std::move(several));
    return given.get_future().get();
  }

  Folder folder;
  std::unique_ptr<core::ModelRegistry> registry;
  core::Metrics metrics;
};

TEST_F(CoapBatchTest, AnswersOnceWithTheVerdictThatAsksMost) {
  const core::Answer good = ask({"pump", "pump", "pump"}, {});
  EXPECT_EQ(good.verdict, core::Verdict::stored);
  EXPECT_EQ(good.summary, "3 stored");
  const core::Answer mixed = ask({"pump", "fan", "pump"}, {});
  EXPECT_EQ(mixed.verdict, core::Verdict::unknown_model);
  EXPECT_EQ(mixed.summary, "2 stored, 1 unknown_model");
  const core::Answer busy = ask({"pump", "pump"}, {.queue_max = 0});
  EXPECT_EQ(busy.verdict, core::Verdict::busy);
  EXPECT_EQ(busy.summary, "2 busy");
}

}  // namespace
}  // namespace terse::serve::coap
