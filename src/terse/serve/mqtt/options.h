// The MQTT options: broker, identity, topics (docs/server/mqtt.md).
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "terse/serve/mqtt/message.h"

namespace terse::serve::mqtt {

struct MqttOptions {
  std::string host;
  int port = 1883;
  bool secure = false;       ///< TLS
  std::string user;          ///< may be empty
  std::string password;      ///< may be empty
  std::string client_id;     ///< stays the same over restarts: it identifies the broker's session
  int protocol_version = 5;  ///< 5, or 4 for MQTT 3.1.1
  MqttFormat format = MqttFormat::plain;
  std::string prefix = "terse/up";  ///< of plain topics
  std::string topic;                ///< filter instead of the format's own; may be empty
  std::string share;                ///< group of a shared subscription; empty: not shared
  bool stays_in_group = false;      ///< when it stops: the broker keeps its share
  /// How long the broker keeps messages for a server that is gone (MQTT 5).
  std::optional<unsigned> session_minutes = {};
  std::string model;        ///< overrules port, tag and topic; may be empty
  std::string results;      ///< results go to RESULTS/DEVICE; empty: nowhere
  std::string authorities;  ///< PEM file for TLS; empty: those of the system
  std::string certificate;  ///< PEM file of this client; with private_key
  std::string private_key;
  std::size_t batch_max = 1000;  ///< messages taken before their answers are waited for
};

/// "mqtt://[USER@]HOST[:PORT]" or "mqtts://...", into host, port, user and secure. Throws
/// InputError naming --mqtt.
MqttOptions parse_mqtt_url(const std::string& url);

/// The given one; else 10 in a group, whose other servers go on, and 7 days without one.
unsigned session_minutes(const MqttOptions& options);

/// Throws InputError for options that contradict each other.
void check(const MqttOptions& options);

}  // namespace terse::serve::mqtt
