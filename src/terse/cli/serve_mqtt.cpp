#include "terse/cli/serve_mqtt.h"

#include <fmt/core.h>
#include <unistd.h>

#include <fstream>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) || line.empty()) {
    throw base::InputError(path, "", "holds no password", "write it in the first line");
  }
  return line;
}

/// A name that stays the same over restarts, and differs between machines.
std::string own_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return fmt::format("terse-{}", name);
}

}  // namespace

void add_mqtt_options(Command command, MqttArguments& arguments) {
  serve::mqtt::MqttOptions& options = arguments.options;
  Option mqtt = command.add_option("--mqtt", arguments.url, "mqtt[s]://[USER@]HOST[:PORT] (off)");
  const auto add = [&](const char* name, std::string& value, const char* text) {
    return command.add_option(name, value, text).needs(mqtt);
  };
  add("--mqtt-format", arguments.format, "plain, things-stack or chirpstack (plain)");
  add("--mqtt-prefix", options.prefix, "plain topics: PREFIX/MODEL/DEVICE[/COUNTER] (terse/up)");
  add("--mqtt-topic", options.topic, "subscribe to this filter instead of the format's");
  Option share = add("--mqtt-share", options.share, "group whose servers share the messages");
  command
      .add_flag("--mqtt-stay", options.stays_in_group,
                "stay in the group when stopping: the broker keeps this server's share for it")
      .needs(share);
  command
      .add_option("--mqtt-session-minutes", options.session_minutes,
                  "how long the broker keeps messages for this server while it is away "
                  "(10 with --mqtt-share, else 7 days)")
      .between(0U, 527040U)
      .needs(mqtt);
  add("--mqtt-model", options.model, "model of all messages, whatever port, tag and topic say");
  add("--mqtt-results", options.results, "publish results to TOPIC/DEVICE (off)");
  add("--mqtt-id", options.client_id, "name of this server's session (terse-HOSTNAME)");
  add("--mqtt-version", arguments.version, "5 or 3.1.1 (5; things-stack: 3.1.1)");
  add("--mqtt-password", arguments.password_file, "file with the password");
  add("--mqtt-ca", options.authorities, "PEM file of the authorities (those of the system)");
  add("--mqtt-certificate", options.certificate, "PEM file of this server as a client");
  add("--mqtt-key", options.private_key, "PEM file");
}

std::unique_ptr<serve::mqtt::MqttClient> open_mqtt(const MqttArguments& arguments,
                                                   const serve::core::ModelRegistry& registry,
                                                   serve::core::Pipeline& pipeline,
                                                   serve::core::Metrics& metrics) {
  if (arguments.url.empty()) return nullptr;
  serve::mqtt::MqttOptions options = arguments.options;
  const serve::mqtt::MqttOptions broker = serve::mqtt::parse_mqtt_url(arguments.url);
  options.host = broker.host;
  options.port = broker.port;
  options.secure = broker.secure;
  options.user = broker.user;
  const auto format = serve::mqtt::parse_mqtt_format(arguments.format);
  if (!format) {
    throw base::InputError("--mqtt-format", "",
                           text::in_quotes(arguments.format) + " is not a format",
                           "write plain, things-stack or chirpstack");
  }
  options.format = *format;
  if (arguments.version == "3.1.1" ||
      (arguments.version.empty() && options.format == serve::mqtt::MqttFormat::things_stack)) {
    options.protocol_version = 4;
  } else if (!arguments.version.empty() && arguments.version != "5") {
    options.protocol_version = 0;
  }
  if (!arguments.password_file.empty()) options.password = first_line(arguments.password_file);
  if (options.client_id.empty()) options.client_id = own_name();
  return std::make_unique<serve::mqtt::MqttClient>(
      std::move(options), registry, pipeline, metrics,
      [](const std::string& line) { fmt::print(stderr, "terse: {}\n", line); });
}

}  // namespace terse::cli
