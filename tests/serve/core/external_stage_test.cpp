#include "terse/serve/core/external_stage.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <numeric>
#include <optional>
#include <thread>

#include "data/input_error.h"
#include "serve/core/pipeline_case.h"
#include "terse/model/encoder.h"
#include "terse/serve/core/pipeline.h"

namespace terse::serve::core {
namespace {

/// Predicts the sum of a row's codes; can be made to wait, to fail, and to stumble over rows.
class SumOfCodes : public ExternalPredictor {
 public:
  std::vector<float> predict(const ServedModel& served, std::span<const quantize::Code> codes,
                             std::size_t rows) override {
    ++calls;
    if (gate.valid()) gate.wait();
    if (stopped) throw PredictorFault("stopped", false);
    if (fails) throw PredictorFault("it cannot be reached", false);
    const std::size_t features = served.model.features.size();
    EXPECT_EQ(codes.size(), rows * features);
    std::vector<float> sums;
    for (std::size_t row = 0; row < rows; ++row) {
      float sum = 0.0F;
      for (const auto code : codes.subspan(row * features, features)) sum += code;
      if (poison && sum == *poison) throw PredictorFault("its answer is not JSON", true);
      sums.push_back(sum);
    }
    return sums;
  }
  void stop() override { stopped = true; }

  std::shared_future<void> gate;
  std::atomic<bool> fails{false};
  std::atomic<bool> stopped{false};
  std::optional<float> poison;
  std::atomic<int> calls{0};
};

class ExternalStageTest : public PipelineTest {
 protected:
  ExternalStageTest() {
    model::Model alone = example(3);
    alone.decoder = model::decoder::External{1};
    model::write_file(alone, folder / "fan.terse");
    both = std::make_unique<ModelRegistry>(
        RegistrySources{.models = {folder / "fan.terse", folder / "pump.terse"},
                        .ports = {},
                        .predictors = {{"", "http://127.0.0.1:1"}}});
    std::vector<quantize::Code> codes(50 * model.features.size());
    model::Encoder(model).encode(readings, codes);
    for (std::size_t row = 0; row < 50; ++row) {
      const auto own = std::span(codes).subspan(row * model.features.size(), model.features.size());
      sums.push_back(std::accumulate(own.begin(), own.end(), 0.0F));
    }
  }

  Uplink external(std::size_t row, const std::string& device = "d") {
    Uplink made = uplink(row, device);
    made.model = "fan";
    return made;
  }
  PipelineRules rules() { return {.predictor = &predictor}; }

  std::unique_ptr<ModelRegistry> both;
  std::vector<float> sums;
  SumOfCodes predictor;
};

TEST_F(ExternalStageTest, PredictionsOfThePredictorAreStored) {
  Pipeline pipeline(*both, &store, metrics, {}, {}, rules());
  for (std::size_t row = 0; row < 50; ++row) {
    const Answer answer = pipeline.ask(external(row));
    EXPECT_EQ(answer.verdict, Verdict::stored);
    EXPECT_EQ(answer.prediction, sums[row]);
    EXPECT_EQ(answer.model, "fan");
    EXPECT_EQ(store.rows.back().prediction, sums[row]);
  }
  EXPECT_FLOAT_EQ(pipeline.ask(uplink(7)).prediction, expected[7]);
}

TEST_F(ExternalStageTest, OthersDoNotWaitWithIt) {
  std::promise<void> open;
  predictor.gate = open.get_future().share();
  Pipeline pipeline(*both, &store, metrics, {}, {}, rules());
  std::promise<Answer> late;
  pipeline.submit(external(0), [&](const Answer& answer) { late.set_value(answer); });
  for (std::size_t row = 0; row < 20; ++row) {
    EXPECT_EQ(pipeline.ask(uplink(row)).verdict, Verdict::stored);
  }
  open.set_value();
  EXPECT_EQ(late.get_future().get().prediction, sums[0]);
}

TEST_F(ExternalStageTest, WithoutAnAnswerNothingIsStored) {
  std::vector<std::string> told;
  predictor.fails = true;
  Pipeline pipeline(
      *both, &store, metrics, {}, [&](const auto& line) { told.push_back(line); }, rules());
  for (int i = 0; i < 3; ++i) {
    const Answer answer = pipeline.ask(external(0));
    EXPECT_EQ(answer.verdict, Verdict::unavailable);
    EXPECT_NE(answer.reason.find("predictor"), std::string::npos);
  }
  EXPECT_TRUE(store.rows.empty());
  EXPECT_TRUE(store.refusals.empty());
  predictor.fails = false;
  EXPECT_EQ(pipeline.ask(external(0)).verdict, Verdict::stored);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_NE(told[0].find("it cannot be reached"), std::string::npos);
  EXPECT_EQ(told[1], "the predictor answers again");
}

TEST_F(ExternalStageTest, WhatIsNoMessageOfTheModelGoesToQuarantine) {
  Pipeline pipeline(*both, &store, metrics, {}, {}, rules());
  Uplink longer = external(0);
  longer.payload.push_back(0);
  EXPECT_EQ(pipeline.ask(longer).verdict, Verdict::refused);
  ASSERT_EQ(store.refusals.size(), 1U);
  EXPECT_EQ(predictor.calls, 0);
}

// One row whose answer cannot be read shall not keep the others from theirs.
TEST_F(ExternalStageTest, RowsWithoutAnAnswerAreFoundAmongOthers) {
  predictor.poison = sums[11];
  std::promise<void> open;
  predictor.gate = open.get_future().share();
  Pipeline pipeline(*both, &store, metrics, {}, {}, rules());
  std::vector<std::promise<Answer>> answers(50);
  for (std::size_t row = 0; row < 50; ++row) {
    pipeline.submit(external(row),
                    [&, row](const Answer& answer) { answers[row].set_value(answer); });
  }
  open.set_value();
  std::size_t poisoned = 0;
  for (std::size_t row = 0; row < 50; ++row) {
    const Answer answer = answers[row].get_future().get();
    poisoned += sums[row] == *predictor.poison ? 1 : 0;
    // Of too many bad rows the last may not be looked for.
    if (sums[row] == *predictor.poison) {
      EXPECT_EQ(answer.verdict, Verdict::unavailable);
    } else if (answer.verdict == Verdict::stored) {
      EXPECT_EQ(answer.prediction, sums[row]);
    }
  }
  EXPECT_GE(store.rows.size() + poisoned, poisoned > 3 ? 1U : 50U);
  for (const store::Row& row : store.rows) EXPECT_NE(row.prediction, *predictor.poison);
}

TEST_F(ExternalStageTest, ItsQueueIsBounded) {
  std::promise<void> open;
  predictor.gate = open.get_future().share();
  std::atomic<int> busy{0};
  std::atomic<int> stored{0};
  {
    Pipeline pipeline(*both, &store, metrics, {}, {}, rules());
    const auto count = [&](const Answer& answer) {
      (answer.verdict == Verdict::busy ? busy : stored) += 1;
    };
    pipeline.submit(external(0), count);
    while (predictor.calls == 0) std::this_thread::yield();
    for (std::size_t i = 0; i < ExternalStage::queue_max + 10; ++i) {
      pipeline.submit(external(i % 50), count);
    }
    while (busy < 10) std::this_thread::yield();
    EXPECT_EQ(stored, 0);
    open.set_value();
    while (busy + stored < static_cast<int>(ExternalStage::queue_max) + 11) {
      std::this_thread::yield();
    }
  }
  EXPECT_EQ(busy, 10);
  EXPECT_EQ(store.rows.size(), ExternalStage::queue_max + 1);
}

TEST_F(ExternalStageTest, AtTheEndAllThatWaitAreAnswered) {
  std::promise<void> open;
  predictor.gate = open.get_future().share();
  std::atomic<int> answered{0};
  std::thread opener;
  {
    Pipeline pipeline(*both, &store, metrics, {}, {}, rules());
    for (std::size_t i = 0; i < 100; ++i) {
      pipeline.submit(external(i % 50), [&](const Answer& answer) {
        EXPECT_TRUE(answer.verdict == Verdict::stored || answer.verdict == Verdict::unavailable ||
                    answer.verdict == Verdict::busy);
        ++answered;
      });
    }
    opener = std::thread([&] {
      while (!predictor.stopped) std::this_thread::yield();
      open.set_value();
    });
  }
  opener.join();
  EXPECT_EQ(answered, 100);
}

TEST_F(ExternalStageTest, EncodersAloneNeedAPredictorAndOthersHaveNone) {
  const auto message = [&](RegistrySources sources) {
    return input_error([&] { const ModelRegistry made(std::move(sources)); });
  };
  const std::string fan = folder / "fan.terse";
  const std::string pump = folder / "pump.terse";
  EXPECT_NE(message({.models = {fan}, .ports = {}}).find("encoder alone"), std::string::npos);
  EXPECT_NE(message({.models = {fan, pump},
                     .ports = {},
                     .predictors = {{"", "http://h:1"}, {"pump", "http://h:1"}}})
                .find("has its own decoder"),
            std::string::npos);
  EXPECT_NE(message({.models = {fan},
                     .ports = {},
                     .predictors = {{"", "http://h:1"}, {"wind", "http://h:1"}}})
                .find("no model 'wind'"),
            std::string::npos);
  const ModelRegistry named({.models = {fan, pump},
                             .ports = {},
                             .predictors = {{"", "http://h:1"}, {"fan", "http://h:2"}}});
  EXPECT_EQ(named.named("fan")->predictor, "http://h:2");
  EXPECT_EQ(named.named("pump")->predictor, "");
}

}  // namespace
}  // namespace terse::serve::core
