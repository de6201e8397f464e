// The rule which sender may write as which device: decided once, for every front end.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "terse/serve/core/uplink.h"

namespace terse::serve::core {

/// Exceptions from the rule that a device which proves itself by its own key is written by nobody
/// else (but a token for this device alone).
struct WeakerSenders {
  std::set<std::string, std::less<>> devices;
  std::set<std::string, std::less<>> models;  ///< names without version
};

/// Safe from any thread.
class Access {
 public:
  using Devices = std::function<std::vector<std::string>()>;

  /// known_before: gives the devices that had proven themselves before this start. Asked when it is
  /// first needed; if it throws, so does what asked for it, and it is asked again the next time.
  explicit Access(WeakerSenders allowed = {}, Devices known_before = {})
      : allowed_(std::move(allowed)), known_before_(std::move(known_before)) {}

  /// From now on the device proves itself by its own key or certificate.
  void know(const std::string& device);
  /// Throws what `known_before` does.
  bool is_known(const std::string& device) const;
  /// Why the sender may not write a message of this device for this model, or nothing. Throws what
  /// `known_before` does.
  std::string problem(const Sender& sender, const std::string& device,
                      std::string_view model) const;

 private:
  WeakerSenders allowed_;
  mutable std::mutex mutex_;
  mutable std::unordered_set<std::string> known_;
  mutable Devices known_before_;  ///< empty once it has been asked
};

}  // namespace terse::serve::core
