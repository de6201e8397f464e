// The MQTT options of terse serve.
#pragma once

#include <memory>
#include <string>

#include "terse/cli/command_line.h"
#include "terse/serve/mqtt/client.h"

namespace terse::cli {

struct MqttArguments {
  std::string url;
  std::string format = "plain";
  std::string version;
  std::string password_file;
  serve::mqtt::MqttOptions options;
};

void add_mqtt_options(Command command, MqttArguments& arguments);

/// Null without --mqtt. Throws InputError.
std::unique_ptr<serve::mqtt::MqttClient> open_mqtt(const MqttArguments& arguments,
                                                   const serve::core::ModelRegistry& registry,
                                                   serve::core::Pipeline& pipeline,
                                                   serve::core::Metrics& metrics);

}  // namespace terse::cli
