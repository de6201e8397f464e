// A store that remembers, and a pipeline's surroundings, for tests.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <set>

#include "serve/served_examples.h"
#include "terse/base/error.h"
#include "terse/serve/core/pipeline.h"

namespace terse::serve::core {

/// Remembers what it got; can be made to wait, and to refuse.
class TestStore : public store::Store {
 public:
  std::vector<store::Outcome> write(std::span<const store::Row> rows_,
                                    std::span<store::Refusal> refusals_) override {
    if (gate.valid()) gate.wait();
    if (refuses) throw base::JobError("disk full");
    std::vector<store::Outcome> outcomes;
    for (const store::Row& row : rows_) {
      if (row.device == poison) throw store::DataError("invalid byte sequence for encoding");
    }
    for (const store::Row& row : rows_) {
      rows.push_back(row);
      outcomes.push_back({store::Kept::stored, row.version, row.prediction, row.label});
    }
    refusals.insert(refusals.end(), refusals_.begin(), refusals_.end());
    ++calls;
    return outcomes;
  }
  std::vector<store::Row> recent(const std::string&, std::size_t) override { return rows; }
  void check() override {
    ++checks;
    if (refuses) throw base::JobError("disk full");
  }
  std::optional<store::Row> latest(const std::string&) override { return std::nullopt; }
  store::DeviceList devices(const store::DeviceQuery&) override { return {}; }
  std::vector<std::string> proven_devices() override { return {}; }
  std::vector<store::Refusal> quarantine(const store::QuarantineQuery&) override {
    return refusals;
  }
  std::uint64_t refusals_dropped() const override { return 0; }
  void for_each(const std::function<void(const store::Row&)>&) override {}
  std::size_t forget(std::int64_t, std::size_t) override { return 0; }

  std::shared_future<void> gate;
  std::atomic<bool> refuses{false};
  std::string poison;  ///< the device whose rows cannot be kept
  std::atomic<int> calls{0};
  std::atomic<int> checks{0};
  std::vector<store::Row> rows;
  std::vector<store::Refusal> refusals;
};

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest() : model(example(3)) {
    model::write_file(model, folder / "pump.terse");
    registry = std::make_unique<ModelRegistry>(RegistrySources{{folder / "pump.terse"}, {}});
    readings = model::example_readings(model, 50);
    expected.resize(50);
    model::Predictor(model).predict(readings, expected);
  }

  Uplink uplink(std::size_t row, const std::string& device = "d") {
    std::vector<quantize::Code> codes(model.features.size());
    model::Predictor(model).encode({readings.row(row).data(), 1, codes.size()}, codes);
    Uplink made;
    made.device = device;
    made.model = "pump";
    made.payload.resize(model.payload_bytes());
    model.layout().pack(codes, made.payload);
    return made;
  }

  Folder folder;
  model::Model model;
  std::unique_ptr<ModelRegistry> registry;
  base::Matrix readings;
  std::vector<float> expected;
  TestStore store;
  Metrics metrics;
};

}  // namespace terse::serve::core
