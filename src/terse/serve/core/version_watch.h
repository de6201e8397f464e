// Versions of a model beside each other, in /metrics: how many messages each one predicted, and,
// for a share of the devices, how far the predictions of two versions for the same message differ.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "terse/serve/core/batch_predictor.h"
#include "terse/serve/core/metrics.h"
#include "terse/serve/core/model_registry.h"
#include "terse/serve/core/uplink_queue.h"

namespace terse::serve::core {

/// Shares of devices, 0 to 1, by the name of a model.
using ComparedShares = std::map<std::string, double, std::less<>>;

/// Whether a device is among the share: always the same devices, and more as it grows.
bool is_compared(std::string_view device, double share);

/// A message that a model has predicted.
struct Predicted {
  Served served;
  std::string_view device;
  std::span<const std::uint8_t> payload;
  const Answer* answer;
};

/// For one thread. Registers its families as messages come.
class VersionWatch {
 public:
  /// registry and metrics must outlive it.
  VersionWatch(const ModelRegistry& registry, Metrics& metrics, ComparedShares shares,
               std::size_t rows_max);

  /// New messages, at most rows_max. Those of compared devices are also predicted by the version
  /// before theirs of the same name, wire format and tag, if one is served.
  void count(std::span<const Predicted> messages);
  /// Those of a batch that were stored.
  void count_stored(std::span<const Waiting> batch);

 private:
  struct Version {
    Counter* messages = nullptr;
    Served former = nullptr;  ///< to be compared with
    Histogram* differences = nullptr;
    std::unique_ptr<BatchPredictor> predictor = nullptr;  ///< of the former
  };
  Version& version_of(const Served& served);
  void compare(const Served& served, Version& version, std::span<const Predicted* const> messages);

  const ModelRegistry& registry_;
  Metrics& metrics_;
  ComparedShares shares_;
  std::size_t rows_max_;
  std::map<Served, Version> versions_;
};

}  // namespace terse::serve::core
