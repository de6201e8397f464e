#include "serve/core/pipeline_case.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "terse/base/error.h"
#include "terse/model/predictor.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/uplink_counters.h"

namespace terse::serve::core {
namespace {

TEST_F(PipelineTest, ToldOfAreOnlyMessagesThatTheStoreHas) {
  const auto watch = std::make_shared<PredictionWatch>(std::make_shared<Wakeup>());
  watch->watch("d/d");
  Pipeline pipeline(*registry, &store, metrics, {});
  pipeline.watch(watch);
  pipeline.watch(std::make_shared<PredictionWatch>(std::make_shared<Wakeup>()));
  store.refuses = true;
  EXPECT_EQ(pipeline.ask(uplink(0)).verdict, Verdict::unavailable);
  EXPECT_TRUE(watch->take().empty());
  store.refuses = false;
  Uplink wrong = uplink(1);
  wrong.payload.push_back(0);
  EXPECT_EQ(pipeline.ask(wrong).verdict, Verdict::refused);
  EXPECT_TRUE(watch->take().empty());
  EXPECT_EQ(pipeline.ask(uplink(2)).verdict, Verdict::stored);
  EXPECT_EQ(watch->take().at("d/d")->prediction, expected[2]);
  Pipeline keeps_nothing(*registry, nullptr, metrics, {});
  keeps_nothing.watch(watch);
  keeps_nothing.ask(uplink(3));
  EXPECT_EQ(watch->take().at("d/d")->prediction, expected[3]);
}

TEST_F(PipelineTest, PredictsWhatThePredictorPredicts) {
  Pipeline pipeline(*registry, &store, metrics, {});
  for (std::size_t row = 0; row < 50; ++row) {
    const Answer answer = pipeline.ask(uplink(row));
    EXPECT_EQ(answer.verdict, Verdict::stored);
    // A row alone and in a batch may differ in the last bit.
    EXPECT_FLOAT_EQ(answer.prediction, expected[row]) << row;
    EXPECT_EQ(answer.model, "pump");
  }
  EXPECT_EQ(store.rows.size(), 50U);
  EXPECT_EQ(UplinkCounters(metrics).answered(Verdict::stored), 50U);
  EXPECT_EQ(UplinkCounters(metrics).float_bytes(), 50U * 4 * model.features.size());
}

TEST_F(PipelineTest, RefusedPayloadsGoToQuarantineWithTheirReason) {
  Pipeline pipeline(*registry, &store, metrics, {});
  Uplink longer = uplink(0);
  longer.payload.push_back(0);
  EXPECT_EQ(pipeline.ask(longer).verdict, Verdict::refused);
  Uplink unknown = uplink(0);
  unknown.model = "fan";
  EXPECT_EQ(pipeline.ask(unknown).verdict, Verdict::unknown_model);
  ASSERT_EQ(store.refusals.size(), 2U);
  EXPECT_NE(store.refusals[0].reason.find("instead of"), std::string::npos);
  EXPECT_EQ(store.refusals[1].model, "fan");
  EXPECT_TRUE(store.rows.empty());
}

TEST_F(PipelineTest, WaitingUplinksBecomeOneBatch) {
  std::promise<void> open;
  store.gate = open.get_future().share();
  std::atomic<int> answered{0};
  {
    Pipeline pipeline(*registry, &store, metrics, {});
    for (std::size_t i = 0; i < 200; ++i) {
      pipeline.submit(uplink(i % 50), [&](const Answer&) { ++answered; });
    }
    EXPECT_EQ(answered, 0);
    open.set_value();
  }
  EXPECT_EQ(answered, 200);
  EXPECT_EQ(store.rows.size(), 200U);
  EXPECT_LT(store.calls, 200);
}

TEST_F(PipelineTest, AFullQueueAnswersBusyAndNoDeviceTakesAll) {
  std::promise<void> open;
  store.gate = open.get_future().share();
  std::atomic<int> busy{0};
  std::atomic<int> stored{0};
  const auto count = [&](const Answer& answer) {
    ++(answer.verdict == Verdict::busy ? busy : stored);
  };
  {
    PipelineLimits limits{.queue_max = 20, .device_max = 10, .batch_rows_max = 1};
    Pipeline pipeline(*registry, &store, metrics, limits);
    for (int i = 0; i < 100; ++i) pipeline.submit(uplink(0, "loud"), count);
    // At most 10 wait and one is with the worker.
    EXPECT_GE(busy, 89);
    const int busy_before = busy;
    for (int i = 0; i < 9; ++i) pipeline.submit(uplink(0, "quiet " + std::to_string(i)), count);
    EXPECT_EQ(busy, busy_before);
    open.set_value();
  }
  EXPECT_EQ(busy + stored, 109);
  EXPECT_EQ(static_cast<int>(store.rows.size()), stored);
}

TEST_F(PipelineTest, AStoreThatRefusesIsAnsweredUnavailableUntilItTakesAgain) {
  Pipeline pipeline(*registry, &store, metrics, {});
  store.refuses = true;
  const Answer answer = pipeline.ask(uplink(0));
  EXPECT_EQ(answer.verdict, Verdict::unavailable);
  EXPECT_EQ(answer.reason.find("disk full"), std::string::npos) << "that is for the log";
  EXPECT_EQ(pipeline.problem(), "disk full");
  store.refuses = false;
  EXPECT_EQ(pipeline.ask(uplink(0)).verdict, Verdict::stored);
  EXPECT_EQ(pipeline.problem(), "");
}

TEST_F(PipelineTest, AStoreThatRefusedIsTriedAgainThoughNothingArrives) {
  std::vector<std::string> lines;
  {
    PipelineLimits limits;
    limits.check_pause = std::chrono::milliseconds(1);
    Pipeline pipeline(*registry, &store, metrics, limits,
                      [&](const std::string& line) { lines.push_back(line); });
    store.refuses = true;
    pipeline.ask(uplink(0));
    while (store.checks < 3) std::this_thread::yield();
    EXPECT_EQ(pipeline.problem(), "disk full");
    store.refuses = false;
    while (!pipeline.problem().empty()) std::this_thread::yield();
    EXPECT_EQ(store.calls, 0);
  }
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], "no message is accepted until this ends: disk full");
  EXPECT_EQ(lines[1], "messages are accepted again");
}

TEST_F(PipelineTest, ReloadingUnderLoadDropsNothing) {
  std::atomic<int> stored{0};
  {
    Pipeline pipeline(*registry, &store, metrics, {});
    std::thread reloading([&] {
      for (int i = 0; i < 20; ++i) registry->reload();
    });
    for (std::size_t i = 0; i < 2000; ++i) {
      pipeline.submit(uplink(i % 50),
                      [&](const Answer& answer) { stored += is_acknowledged(answer.verdict); });
    }
    reloading.join();
  }
  EXPECT_EQ(stored, 2000);
}

TEST_F(PipelineTest, ReadingsInFullPrecisionAreMessagesToo) {
  const model::Model full = example(3, quantize::Method::fp);
  model::write_file(full, folder / "full.terse");
  ModelRegistry both({{folder / "full.terse"}, {}});
  Pipeline pipeline(both, nullptr, metrics, {});
  Uplink uplink;
  uplink.device = "d";
  uplink.payload.assign(full.payload_bytes(), 0);
  const base::Matrix zeros(1, full.features.size());
  std::vector<float> prediction(1);
  model::Predictor(full).predict(zeros, prediction);
  EXPECT_EQ(pipeline.ask(uplink).prediction, prediction[0]);
  uplink.payload[0] = 0x7f;
  uplink.payload[1] = 0xc0;
  EXPECT_EQ(pipeline.ask(uplink).verdict, Verdict::refused);
}

TEST_F(PipelineTest, AMessageThatNoStoreCouldKeepIsRefusedAlone) {
  store.poison = "poison";
  std::vector<std::string> told;
  Pipeline pipeline(*registry, &store, metrics, {},
                    [&](const std::string& line) { told.push_back(line); });
  std::vector<Uplink> uplinks;
  for (std::size_t row = 0; row < 40; ++row) {
    uplinks.push_back(uplink(row, row % 17 == 5 ? "poison" : "d" + std::to_string(row)));
  }
  const auto answers = pipeline.ask_all(uplinks);
  for (std::size_t row = 0; row < 40; ++row) {
    const bool poison = row % 17 == 5;
    EXPECT_EQ(answers[row].verdict, poison ? Verdict::refused : Verdict::stored) << row;
    if (poison) {
      EXPECT_EQ(answers[row].reason, "the store cannot keep this message");
    }
  }
  EXPECT_EQ(store.rows.size(), 37U);
  EXPECT_EQ(store.refusals.size(), 3U);
  EXPECT_EQ(pipeline.problem(), "");
  ASSERT_FALSE(told.empty());
  EXPECT_NE(told.front().find("invalid byte sequence"), std::string::npos);
}

TEST_F(PipelineTest, NamesAndKeysAreBoundedAndCanBeShown) {
  Pipeline pipeline(*registry, &store, metrics, {});
  const auto with = [&](auto change) {
    Uplink changed = uplink(0);
    change(changed);
    return pipeline.ask(changed).verdict;
  };
  const std::string zero("a\0b", 3);
  EXPECT_EQ(with([&](Uplink& u) { u.key = std::string(255, 'k'); }), Verdict::stored);
  for (const std::string& bad :
       {std::string("\xff"), zero, std::string(6000, 'k'), std::string("a\nb"),
        std::string("\u202e"), std::string("\u009b")}) {
    EXPECT_EQ(with([&](Uplink& u) { u.key = bad; }), Verdict::refused) << bad;
    EXPECT_EQ(with([&](Uplink& u) { u.device = bad; }), Verdict::refused) << bad;
    EXPECT_EQ(with([&](Uplink& u) { u.model = bad; }), Verdict::refused) << bad;
    EXPECT_EQ(with([&](Uplink& u) { u.session = bad; }), Verdict::refused) << bad;
  }
  EXPECT_EQ(with([&](Uplink& u) { u.device.clear(); }), Verdict::refused);
  for (const store::Refusal& refusal : store.refusals) {
    EXPECT_TRUE(is_plain_text(refusal.device, device_bytes_max));
    EXPECT_TRUE(is_plain_text(refusal.model, name_bytes_max));
  }
}

TEST_F(PipelineTest, WhoMayNotWriteIsTurnedAwayWhateverTheFrontEnd) {
  Access access;
  access.know("sealed");
  std::vector<std::string> lines;
  Audit audit([&](const std::string& line) { lines.push_back(line); });
  Pipeline pipeline(*registry, &store, metrics, {}, {}, {.access = &access, .audit = &audit});
  const auto from = [&](Sender sender, const std::string& device) {
    Uplink brought = uplink(0, device);
    brought.sender = std::move(sender);
    return pipeline.ask(brought).verdict;
  };
  EXPECT_EQ(from({}, "open"), Verdict::stored);
  EXPECT_EQ(from({}, "sealed"), Verdict::forbidden);
  EXPECT_EQ(from({"broker", Proof::broker}, "sealed"), Verdict::forbidden);
  EXPECT_EQ(from({"sealed", Proof::device}, "sealed"), Verdict::stored);
  EXPECT_EQ(from({"sealed", Proof::device}, "open"), Verdict::forbidden);
  EXPECT_TRUE(store.refusals.empty()) << "a stranger does not fill the quarantine";
  EXPECT_EQ(store.rows.size(), 2U);
  EXPECT_EQ(store.rows.back().sender, "device sealed");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_NE(lines[1].find("broker broker: may not send as 'sealed' to the model 'pump': "),
            std::string::npos)
      << lines[1];
}

TEST_F(PipelineTest, CountersBecomeKeysWithinTheirSession) {
  Pipeline pipeline(*registry, &store, metrics, {}, {},
                    {.counters = {{"pump", {store::CounterPolicy::Kind::window, 5}}}});
  Uplink counted = uplink(0);
  counted.counter = 17;
  pipeline.ask(counted);
  counted.session = "s";
  pipeline.ask(counted);
  ASSERT_EQ(store.rows.size(), 2U);
  EXPECT_EQ(store.rows[0].key, "17");
  EXPECT_EQ(store.rows[1].key, "s:17");
  EXPECT_EQ(store.rows[1].counter, 17U);
  EXPECT_EQ(store.rows[1].policy.back, 5U);
}

/// Several writers, each with its own devices.
class WideStore : public TestStore {
 public:
  std::size_t writers() const override { return 3; }
  std::size_t writer_of(std::string_view device) const override { return device.size() % 3; }
  std::vector<store::Outcome> write(std::span<const store::Row> rows_,
                                    std::span<store::Refusal> refusals_) override {
    const std::lock_guard lock(mutex);
    for (const store::Row& row : rows_) writers_seen[row.device].insert(std::this_thread::get_id());
    return TestStore::write(rows_, refusals_);
  }

  std::mutex mutex;
  std::map<std::string, std::set<std::thread::id>> writers_seen;
};

TEST_F(PipelineTest, EachDeviceHasOneOfSeveralWritersAndItsOrder) {
  WideStore wide;
  Pipeline pipeline(*registry, &wide, metrics, {});
  std::vector<Uplink> uplinks;
  for (std::size_t i = 0; i < 600; ++i) {
    uplinks.push_back(uplink(i % 50, std::string(1 + i % 5, 'd')));
    uplinks.back().counter = i;
  }
  for (const Answer& answer : pipeline.ask_all(uplinks)) {
    EXPECT_EQ(answer.verdict, Verdict::stored);
  }
  std::set<std::thread::id> all;
  for (const auto& [device, writers] : wide.writers_seen) {
    EXPECT_EQ(writers.size(), 1U) << device;
    all.insert(writers.begin(), writers.end());
  }
  EXPECT_EQ(all.size(), 3U);
  std::map<std::string, std::uint64_t> next;
  for (const store::Row& row : wide.rows) {
    EXPECT_LE(next[row.device], *row.counter);
    next[row.device] = *row.counter + 1;
  }
  EXPECT_EQ(next.size(), 5U);
}

TEST_F(PipelineTest, WhicheverWriterFailsTriesAgain) {
  PipelineLimits limits;
  limits.check_pause = std::chrono::milliseconds(1);
  WideStore wide;
  Pipeline pipeline(*registry, &wide, metrics, limits);
  for (const std::size_t letters : {1, 2, 3}) {
    wide.refuses = true;
    pipeline.ask(uplink(0, std::string(letters, 'd')));
    EXPECT_EQ(pipeline.problem(), "disk full");
    wide.refuses = false;
    while (!pipeline.problem().empty()) std::this_thread::yield();
  }
}

TEST_F(PipelineTest, AStoreThatIsAwayAtTheStartIsSaidToBe) {
  store.refuses = true;
  const Pipeline pipeline(*registry, &store, metrics, {});
  EXPECT_EQ(pipeline.problem(), "disk full");
}

}  // namespace
}  // namespace terse::serve::core
