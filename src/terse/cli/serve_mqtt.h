// The MQTT options of terse serve.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "terse/serve/mqtt/client.h"

namespace terse::cli {

struct MqttArguments {
  std::string url;
  std::string format = "plain";
  std::string version;
  std::string password_file;
  serve::mqtt::MqttOptions options;
};

void add_mqtt_options(CLI::App& command, MqttArguments& arguments);

/// Null without --mqtt. Throws InputError.
std::unique_ptr<serve::mqtt::MqttClient> open_mqtt(const MqttArguments& arguments,
                                                   const serve::core::ModelRegistry& registry,
                                                   serve::core::Pipeline& pipeline,
                                                   serve::core::Metrics& metrics);

}  // namespace terse::cli
