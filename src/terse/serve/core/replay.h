// Messages of the past, predicted by a new model.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "terse/model/model.h"

namespace terse::serve::core {

/// Predicts payloads that were made for an old model. With the same levels and thresholds the codes
/// mean the same, and the new model gets them as they are. Otherwise it gets readings instead: of
/// each code the middle between its thresholds, and for the first and last code as far beyond
/// the outermost threshold as the next one is on the other side (one threshold: by half a
/// deviation).
class Replay {
 public:
  /// Throws InputError if the models have other features, or other categories or levels for gaps.
  Replay(const model::Model& before, const model::Model& now);
  ~Replay();

  /// Whether codes are passed on as they are.
  bool exact() const;
  /// The new model's outputs for one payload, or nothing if the old model has no such message.
  std::optional<std::vector<float>> predict(std::span<const std::uint8_t> payload);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::core
