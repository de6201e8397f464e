// Drift of the messages away from the training rows: per feature the population stability index of
// the received codes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "terse/serve/core/model_registry.h"

namespace terse::serve::core {

/// sum over codes of (p - q) ln(p / q), with p the share of the code among the received messages
/// and q among the training rows, half a row added to each count; less what chance alone
/// contributes, (codes - 1)(1 / messages + 1 / rows), and not below 0. Usually below 0.1 nothing
/// has changed, above 0.25 much has. Spans of the same length, at least one.
double population_stability_index(std::span<const std::uint64_t> received,
                                  std::span<const std::uint64_t> trained);

struct FeatureDrift {
  std::string model;
  std::string version;
  std::string feature;
  double index = 0.0;          ///< population_stability_index
  std::uint64_t messages = 0;  ///< that it rests on
  std::vector<std::uint64_t> received;
  std::vector<std::uint64_t> trained;
};

/// Counts the codes of the newest messages of each model. Safe from any thread.
class DriftWatch {
 public:
  /// At twice this number of messages of a model its counts are halved: older ones fade.
  static constexpr std::uint64_t messages_min = 2000;
  /// Fewer say nothing.
  static constexpr std::uint64_t messages_to_tell = 100;

  /// payload: a message of this model.
  void count(const Served& served, std::span<const std::uint8_t> payload);
  /// Sent features of models that know their training rows and had messages_to_tell messages;
  /// largest index first.
  std::vector<FeatureDrift> report() const;
  /// Prometheus text: terse_feature_drift{model, version, feature}.
  std::string text() const;

 private:
  struct Counts {
    std::vector<std::vector<std::uint64_t>> of_code;  ///< feature, code
    std::vector<quantize::Code> codes;                ///< of one message
    std::uint64_t messages = 0;
  };
  mutable std::mutex mutex_;
  std::map<Served, Counts> counts_;
};

}  // namespace terse::serve::core
