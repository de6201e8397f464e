// A message of a device on its way through the server, and the answer to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace terse::serve::core {

struct Uplink {
  std::string device;
  /// "NAME" (its newest version), "NAME@VERSION", or empty: the port decides, then the tag byte.
  std::string model;
  std::optional<int> port;  ///< LoRaWAN FPort
  /// What makes this message the same as an earlier one of the same device and model, for example
  /// its frame counter. Without a key every message is a new one.
  std::optional<std::string> key;
  std::vector<std::uint8_t> payload;
  std::string radio;  ///< JSON of the network server: signal, data rate; may be empty
  /// Why the front end could not read the message, whose bytes are then the payload: it is refused
  /// with this reason. Empty for a message that was read.
  std::string problem = {};
};

enum class Verdict : std::uint8_t {
  stored,         ///< new, and in the store
  duplicate,      ///< came before; the answer is that of the first one
  conflict,       ///< the key came before with different bytes; in quarantine
  refused,        ///< not a message of this model; in quarantine
  unknown_model,  ///< in quarantine
  busy,           ///< the queue is full: nothing was kept, send again later
  unavailable,    ///< the store does not take anything now: send again later
};

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
  std::string label;        ///< of the most probable class; empty for a regression
  /// Of that class, if this message was predicted now; a duplicate's is not kept.
  std::optional<float> probability = {};
  std::string reason;  ///< why not, if not acknowledged
  /// Of several uplinks that came together: their outcome, "97 stored, 3 refused".
  std::string summary = {};
};

}  // namespace terse::serve::core
