// The store of messages and predictions. An implementation may be called from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/base/error.h"

namespace terse::serve::store {

/// Rows that no store could keep, however often they are brought: their data is at fault. Anything
/// else that fails is a base::JobError and may pass.
class DataError : public base::JobError {
 public:
  using base::JobError::JobError;
};

inline constexpr std::size_t recent_bytes_max = std::size_t{16} << 20U;

/// What a counter that falls means (docs/server/counters.md).
struct CounterPolicy {
  enum class Kind : std::uint8_t {
    strict,   ///< a counter counts once for ever in its session
    session,  ///< the same, until the device says that it begins anew (Row::restarted)
    window,   ///< further back than `back` it has begun anew; less far it comes late, or again
  };
  Kind kind = Kind::strict;
  std::uint64_t back = 16'384;  ///< MAX_FCNT_GAP of LoRaWAN 1.0.3, section 4.3.1.5

  friend bool operator==(const CounterPolicy&, const CounterPolicy&) = default;
};

/// A message as it is kept.
struct Row {
  std::string device;
  std::string model;
  std::string version;
  /// Of the sender's own, or "COUNTER" or "SESSION:COUNTER".
  std::optional<std::string> key;
  std::int64_t received_ms = 0;  ///< since 1970, UTC
  std::vector<std::uint8_t> payload;
  float prediction = 0.0F;  ///< raw target units, or the index of the class
  std::string label;  ///< of the class; empty for a number; named predictions of several targets
  std::string radio;
  std::optional<std::uint64_t> counter = {};
  std::string session = {};
  bool restarted = false;  ///< the device says that its counter begins anew here
  CounterPolicy policy = {};
  std::optional<std::int64_t> measured_ms = {};  ///< since 1970, UTC; as the sender tells it
  std::string sender = {};                       ///< who brought it, and how that was proven
  /// Counts the restarts of this device's counter for this model. Set by the store.
  std::int64_t run = 0;
};

/// A message that was refused, kept for inspection.
struct Refusal {
  std::string device;
  std::string model;  ///< as the sender named it
  std::int64_t received_ms = 0;
  std::vector<std::uint8_t> payload;
  std::string reason;
  std::int64_t id = 0;  ///< set by the store; rises
};

enum class Kept : std::uint8_t { stored, duplicate, conflict };

/// The outcome of a row; for a duplicate with the version and prediction of the first one.
struct Outcome {
  Kept kept = Kept::stored;
  std::string version;
  float prediction = 0.0F;
  std::string label = {};
  bool late = false;            ///< stored, but another message of the device stays its latest one
  std::int64_t refusal_id = 0;  ///< of a conflict, in the quarantine
};

/// A part of the list of devices.
struct DeviceQuery {
  enum class Order : std::uint8_t { device, model, received, prediction };
  std::string search = {};  ///< a part of the name, as it is written; empty: all
  std::string model = {};   ///< of the latest message; empty: any
  Order order = Order::received;
  bool descending = true;
  /// Only devices from which nothing has come since then.
  std::optional<std::int64_t> silent_since_ms = {};
  std::size_t skipped = 0;  ///< devices before the first one given
  std::size_t devices_max = 100;
};

struct DeviceSummary {
  std::string device;
  std::string model;
  std::int64_t received_ms = 0;                  ///< of the latest message
  float prediction = 0.0F;                       ///< of the latest message
  std::string label;                             ///< of the latest message
  std::optional<std::int64_t> measured_ms = {};  ///< of the latest message
};

struct DeviceList {
  std::vector<DeviceSummary> devices;
  std::size_t found = 0;  ///< that fit the query, however many are given
};

/// A part of the quarantine.
struct QuarantineQuery {
  std::optional<std::int64_t> before_id = {};  ///< only older ones
  std::size_t refusals_max = 100;
  std::size_t payload_bytes_max = 1 << 20;  ///< in all; at least one refusal is given
};

/// All functions throw JobError when the store fails; nothing of that call was kept then (if the
/// failure came after the commit, it was: who sends it again is told `duplicate`).
class Store {
 public:
  virtual ~Store() = default;

  /// One outcome per row, in order. Rows and refusals are durable when the call returns. Rows with
  /// the same device, model and key count once, within the call too; other bytes under the same
  /// key are a conflict and are kept as a refusal. Gives the refusals their ids.
  virtual std::vector<Outcome> write(std::span<const Row> rows, std::span<Refusal> refusals) = 0;
  /// The newest rows of a device (of all devices if empty), the last that arrived first: fewer than
  /// rows_max if their payloads and radio fields are longer than recent_bytes_max together.
  virtual std::vector<Row> recent(const std::string& device, std::size_t rows_max) = 0;
  /// The latest message of a device: that of the last measurement or counter. One that came late or
  /// out of order does not take its place.
  virtual std::optional<Row> latest(const std::string& device) = 0;
  /// How many calls of write() it serves at the same time.
  virtual std::size_t writers() const { return 1; }
  /// Which of them should have this device's messages: with two at once for one device, their order
  /// would be left to chance.
  virtual std::size_t writer_of(std::string_view device) const {
    static_cast<void>(device);
    return 0;
  }
  /// Writes without adding anything, durably: throws if a message would not be stored now.
  virtual void check() = 0;
  virtual DeviceList devices(const DeviceQuery& query) = 0;
  /// Devices whose last message they brought themselves, proven by a key of their own.
  virtual std::vector<std::string> proven_devices() = 0;
  /// Newest first.
  virtual std::vector<Refusal> quarantine(const QuarantineQuery& query) = 0;
  /// Refusals that were dropped because the quarantine was full, since the store was opened.
  virtual std::uint64_t refusals_dropped() const = 0;
  /// Every message in the order of arrival. visit may throw to stop.
  virtual void for_each(const std::function<void(const Row&)>& visit) = 0;
  /// Forgets up to rows_max messages received before `before_ms`, oldest first; gives how many.
  /// A key that was forgotten is a new one when it comes again.
  virtual std::size_t forget(std::int64_t before_ms, std::size_t rows_max) = 0;
};

}  // namespace terse::serve::store
