// A message of a device on its way through the server, and the answer to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace terse::serve::core {

struct Grant;

/// How a sender was proven, the weakest first.
enum class Proof : std::uint8_t {
  none,    ///< anybody who reaches the address
  broker,  ///< a broker of MQTT let them publish
  token,   ///< a bearer token
  device,  ///< the device's own key or certificate
};

/// One word: "broker".
std::string_view word(Proof proof) noexcept;

/// Who brought an uplink, and how that was proven.
struct Sender {
  std::string name = {};  ///< the token's, the proven device's, or the address; may be empty
  Proof proof = Proof::none;
  std::shared_ptr<const Grant> grant = {};  ///< null: no token restricts the sender
};

struct Uplink {
  std::string device;
  /// "NAME", "NAME@VERSION" or empty: device, port and tag byte decide what it leaves open.
  std::string model;
  std::optional<int> port;  ///< LoRaWAN FPort
  /// What makes this message the same as an earlier one of the same device and model: its frame
  /// counter, in the session in which the device counts, or a key of the sender's own. Without
  /// either every message is a new one.
  std::optional<std::uint64_t> counter = {};
  std::string session = {};  ///< of LoRaWAN: the session key's name or the DevAddr; may be empty
  std::optional<std::string> key;
  /// The device says that its counter begins anew with this message.
  bool restarted = false;
  std::optional<std::int64_t> measured_ms = {};  ///< since 1970, UTC; as the sender tells it
  std::vector<std::uint8_t> payload;
  std::string radio;  ///< JSON of the network server: signal, data rate; may be empty
  /// Why the front end could not read the message, whose bytes are then the payload: it is refused
  /// with this reason. Empty for a message that was read.
  std::string problem = {};
  Sender sender = {};
};

enum class Verdict : std::uint8_t {
  stored,         ///< new, and in the store
  duplicate,      ///< came before; the answer is that of the first one
  conflict,       ///< the key came before with different bytes; in quarantine
  refused,        ///< not a message of this model; in quarantine
  unknown_model,  ///< in quarantine
  forbidden,      ///< the sender may not write this; nothing was kept
  busy,           ///< the queue is full: nothing was kept, send again later
  unavailable,    ///< the store does not take anything now: send again later
};

inline constexpr std::size_t verdicts = 8;

/// One word: "stored".
std::string_view word(Verdict verdict) noexcept;

/// True if the sender may forget the message because the store has it.
constexpr bool is_acknowledged(Verdict verdict) {
  return verdict == Verdict::stored || verdict == Verdict::duplicate;
}

struct Answer {
  Verdict verdict = Verdict::unavailable;
  std::string model;        ///< name, without version
  std::string version;      ///< of the model that predicted
  float prediction = 0.0F;  ///< if acknowledged: raw target units, or the index of the class
  /// Of the most probable class; empty for a number. Of several targets named_predictions(), and
  /// `prediction` is then that of the first.
  std::string label;
  /// Of that class, if this message was predicted now; a duplicate's is not kept.
  std::optional<float> probability = {};
  std::string probabilities = {};  ///< the same of several targets: named_probabilities()
  std::string reason;              ///< why not, if not acknowledged
  std::int64_t quarantine_id = 0;  ///< of what was refused; 0 if it is not in the quarantine
  /// Of several uplinks that came together: their outcome, "97 stored, 3 refused".
  std::string summary = {};
};

}  // namespace terse::serve::core
