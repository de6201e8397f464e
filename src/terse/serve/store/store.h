// The store of messages and predictions. An implementation may be called from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace terse::serve::store {

/// A message as it is kept.
struct Row {
  std::string device;
  std::string model;
  std::string version;
  std::optional<std::string> key;
  std::int64_t received_ms = 0;  ///< since 1970, UTC
  std::vector<std::uint8_t> payload;
  float prediction = 0.0F;  ///< raw target units, or the index of the class
  std::string label;        ///< of the class; empty for a regression
  std::string radio;
};

/// A message that was refused, kept for inspection.
struct Refusal {
  std::string device;
  std::string model;  ///< as the sender named it
  std::int64_t received_ms = 0;
  std::vector<std::uint8_t> payload;
  std::string reason;
};

enum class Kept : std::uint8_t { stored, duplicate, conflict };

/// The outcome of a row; for a duplicate with the version and prediction of the first one.
struct Outcome {
  Kept kept = Kept::stored;
  std::string version;
  float prediction = 0.0F;
  std::string label = {};
};

struct DeviceSummary {
  std::string device;
  std::string model;
  std::int64_t received_ms = 0;  ///< of the last message
  float prediction = 0.0F;       ///< of the last message
  std::string label;             ///< of the last message
};

/// All functions throw JobError when the store fails; nothing of that call was kept then.
class Store {
 public:
  virtual ~Store() = default;

  /// One outcome per row, in order. Rows and refusals are durable when the call returns. Rows with
  /// the same device, model and key count once, within the call too; other bytes under the same
  /// key are a conflict and are kept as a refusal.
  virtual std::vector<Outcome> write(std::span<const Row> rows,
                                     std::span<const Refusal> refusals) = 0;
  /// The newest rows of a device (of all devices if empty), newest first.
  virtual std::vector<Row> recent(const std::string& device, std::size_t rows_max) = 0;
  /// Writes without adding anything, durably: throws if a message would not be stored now.
  virtual void check() = 0;
  /// Newest first.
  virtual std::vector<DeviceSummary> devices(std::size_t devices_max) = 0;
  virtual std::vector<Refusal> quarantine(std::size_t refusals_max) = 0;
  /// Every message in the order of arrival. visit may throw to stop.
  virtual void for_each(const std::function<void(const Row&)>& visit) = 0;
  /// Forgets up to rows_max messages received before `before_ms`, oldest first; gives how many.
  /// A key that was forgotten is a new one when it comes again.
  virtual std::size_t forget(std::int64_t before_ms, std::size_t rows_max) = 0;
};

}  // namespace terse::serve::store
