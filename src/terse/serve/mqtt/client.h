// MQTT in front of the pipeline: subscribes at a broker, publishes results (docs/server/mqtt.md).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "terse/serve/core/metrics.h"
#include "terse/serve/core/pipeline.h"
#include "terse/serve/mqtt/options.h"

namespace terse::serve::mqtt {

/// One thread of its own. Reads a batch of messages, waits until the store has each of them, and
/// only then lets the acknowledgements (QoS 1) out; what the pipeline cannot take now is tried
/// again, and nothing more is read meanwhile. A lost broker is tried again after 0.1 s to 30 s.
class MqttClient {
 public:
  using Told = std::function<void(const std::string&)>;

  /// told: called from the client's thread with a line about each change of the connection. Throws
  /// InputError for options that cannot work. Arguments must outlive it.
  MqttClient(MqttOptions options, const core::ModelRegistry& registry, core::Pipeline& pipeline,
             core::Metrics& metrics, Told told);
  /// Acknowledges what the store has; the rest comes again from the broker. Leaves the group of a
  /// shared subscription first, and takes what the broker had set aside for this server, for 5 s at
  /// most.
  ~MqttClient();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::mqtt
