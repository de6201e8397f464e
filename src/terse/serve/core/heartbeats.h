// The longest that devices may be silent: until then the last message of a device that sends on
// change holds, after that the device is overdue.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "terse/serve/core/served_model.h"
#include "terse/serve/store/store.h"

namespace terse::serve::core {

/// "90s", "30m", "12h", "2d": a positive whole number and its unit, at most ten years. Nothing for
/// another text.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// Immutable: safe from any thread.
class Heartbeats {
 public:
  using Longest = std::map<std::string, std::chrono::milliseconds, std::less<>>;

  /// longest: by the model's name, without version; "" is for those that are not named.
  explicit Heartbeats(Longest longest = {}) : longest_(std::move(longest)) {}

  /// Whether a device is overdue whose latest message came then; nothing for a model whose devices
  /// may be silent for any time.
  std::optional<bool> overdue(std::string_view model, std::int64_t received_ms,
                              std::int64_t now_ms) const;
  /// Prometheus text: terse_devices and terse_devices_overdue {model}, of the models that are
  /// served. Asks the store, which throws JobError.
  std::string text(std::span<const Served> models, store::Store& store, std::int64_t now_ms) const;

 private:
  std::optional<std::chrono::milliseconds> of(std::string_view model) const;

  Longest longest_;
};

}  // namespace terse::serve::core
