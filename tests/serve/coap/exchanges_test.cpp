#include "terse/serve/coap/exchanges.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <map>
#include <memory>
#include <string>

#include "serve/served_examples.h"

namespace terse::serve::coap {
namespace {

class CoapExchangesTest : public ::testing::Test {
 protected:
  CoapExchangesTest() {
    model::write_file(example(3), folder / "pump.terse");
    registry =
        std::make_unique<core::ModelRegistry>(core::RegistrySources{{folder / "pump.terse"}, {}});
  }

  core::Uplink uplink(const std::string& model = "pump") const {
    core::Uplink made;
    made.device = "d";
    made.model = model;
    const core::Served served = registry->all()[0];
    made.payload.resize(served->payload_bytes);
    const std::vector<quantize::Code> codes(served->model.features.size());
    served->layout.pack(codes, made.payload);
    return made;
  }

  Folder folder;
  std::unique_ptr<core::ModelRegistry> registry;
  core::Metrics metrics;
  std::shared_ptr<core::Wakeup> wakeup = std::make_shared<core::Wakeup>();
};

/// One that cannot be copied, as a held session of DTLS cannot.
using Request = std::unique_ptr<std::string>;

/// Finishes what is under way: answers by request.
std::map<std::string, core::Answer> finish(Exchanges<Request>& exchanges, core::Wakeup& wakeup) {
  std::map<std::string, core::Answer> answers;
  while (!exchanges.empty()) {
    pollfd waiting = {wakeup.descriptor(), POLLIN, 0};
    EXPECT_EQ(poll(&waiting, 1, 20'000), 1);
    wakeup.clear();
    exchanges.finish([&](const Request& request, const core::Answer& answer) {
      EXPECT_TRUE(answers.emplace(*request, answer).second) << *request;
    });
  }
  return answers;
}

Request request(const char* text) {
  return std::make_unique<std::string>(text);
}

TEST_F(CoapExchangesTest, AnswersEachRequestOnceAndRemembersIt) {
  core::Pipeline pipeline(*registry, nullptr, metrics, {});
  Exchanges<Request> exchanges(pipeline, wakeup, 10);
  EXPECT_TRUE(exchanges.empty());
  exchanges.begin("one", request("1"), {uplink()});
  exchanges.begin("many", request("2"), {uplink(), uplink("fan"), uplink()});
  EXPECT_FALSE(exchanges.empty());
  EXPECT_TRUE(exchanges.is_under_way("one"));
  EXPECT_FALSE(exchanges.is_under_way("other"));
  EXPECT_FALSE(exchanges.answer_of("one"));
  exchanges.submit();
  exchanges.submit();
  const auto answers = finish(exchanges, *wakeup);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers.at("1").verdict, core::Verdict::stored);
  EXPECT_EQ(answers.at("2").verdict, core::Verdict::unknown_model);
  EXPECT_EQ(answers.at("2").summary, "2 stored, 1 unknown_model");
  EXPECT_FALSE(exchanges.is_under_way("one"));
  ASSERT_TRUE(exchanges.answer_of("one"));
  EXPECT_EQ(exchanges.answer_of("one")->prediction, answers.at("1").prediction);
  EXPECT_EQ(exchanges.answer_of("many")->summary, answers.at("2").summary);
}

TEST_F(CoapExchangesTest, NothingReachesThePipelineBeforeSubmit) {
  core::Pipeline pipeline(*registry, nullptr, metrics, {});
  Exchanges<Request> exchanges(pipeline, wakeup, 10);
  exchanges.begin("one", request("1"), {uplink()});
  pipeline.ask(uplink());
  pollfd waiting = {wakeup->descriptor(), POLLIN, 0};
  EXPECT_EQ(poll(&waiting, 1, 0), 0);
  exchanges.submit();
  EXPECT_EQ(finish(exchanges, *wakeup).size(), 1U);
}

TEST_F(CoapExchangesTest, WhatWasNotKeptMayBeTriedAgain) {
  core::Pipeline full(*registry, nullptr, metrics, {.queue_max = 0});
  Exchanges<Request> exchanges(full, wakeup, 10);
  for (int round = 0; round < 2; ++round) {
    exchanges.begin("one", request("1"), {uplink()});
    exchanges.submit();
    EXPECT_EQ(finish(exchanges, *wakeup).at("1").verdict, core::Verdict::busy);
    EXPECT_FALSE(exchanges.is_under_way("one"));
    EXPECT_FALSE(exchanges.answer_of("one"));
  }
}

TEST_F(CoapExchangesTest, MayGoWhileAnswersAreDue) {
  const std::weak_ptr<core::Wakeup> held = wakeup;
  {
    core::Pipeline pipeline(*registry, nullptr, metrics, {});
    Exchanges<Request> exchanges(pipeline, std::move(wakeup), 10);
    for (int i = 0; i < 1000; ++i) {
      exchanges.begin(std::to_string(i), request("1"), {uplink()});
    }
    exchanges.submit();
    // They go before the pipeline, whose worker still answers.
  }
  EXPECT_TRUE(held.expired());
}

}  // namespace
}  // namespace terse::serve::coap
