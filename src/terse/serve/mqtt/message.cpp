#include "terse/serve/mqtt/message.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/payload_body.h"
#include "terse/serve/core/webhook.h"

namespace terse::serve::mqtt {
namespace {

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A whole name of a device, or as much of the topic as can be one.
std::string device_of(const std::string& topic) {
  std::string device = as_topic(topic).substr(0, 128);
  while (!device.empty() && !core::is_device_name(device)) device.pop_back();
  return device.empty() ? "unknown" : device;
}

std::vector<core::Uplink> unreadable(const MqttMessage& message, const std::string& problem) {
  core::Uplink uplink;
  uplink.device = device_of(message.topic);
  uplink.payload = message.payload;
  uplink.problem = problem;
  return {uplink};
}

std::vector<std::string> levels_after(const std::string& topic, const std::string& prefix) {
  if (topic.size() <= prefix.size() + 1 || !topic.starts_with(prefix)) return {};
  std::vector<std::string> levels;
  std::size_t begin = prefix.size() + 1;
  for (;;) {
    const std::size_t end = topic.find('/', begin);
    levels.push_back(topic.substr(begin, end - begin));
    if (end == std::string::npos) return levels;
    begin = end + 1;
  }
}

std::vector<core::Uplink> read_plain(const MqttMessage& message, const std::string& prefix) {
  const std::vector<std::string> levels = levels_after(message.topic, prefix);
  if (levels.size() < 2 || levels.size() > 3 || levels[0].empty() ||
      !core::is_device_name(levels[1]) || (levels.size() == 3 && levels[2].empty())) {
    return unreadable(message, "the topic is not " + prefix + "/MODEL/DEVICE[/COUNTER]");
  }
  if (message.content_type == "application/json") {
    return core::read_payload_body(text_of(message.payload), levels[0], levels[1]);
  }
  core::Uplink uplink;
  uplink.model = levels[0];
  uplink.device = levels[1];
  uplink.key = levels.size() == 3 ? std::optional(levels[2]) : message.counter;
  uplink.payload = message.payload;
  return {uplink};
}

}  // namespace

std::optional<MqttFormat> parse_mqtt_format(std::string_view word) {
  if (word == "plain") return MqttFormat::plain;
  if (word == "things-stack") return MqttFormat::things_stack;
  if (word == "chirpstack") return MqttFormat::chirpstack;
  return std::nullopt;
}

std::string mqtt_topic_filter(MqttFormat format, const std::string& prefix) {
  switch (format) {
    case MqttFormat::plain:
      return prefix + "/#";
    case MqttFormat::things_stack:
      return "v3/+/devices/+/up";
    case MqttFormat::chirpstack:
      return "application/+/device/+/event/up";
  }
  return "";
}

std::vector<core::Uplink> read_mqtt_message(const MqttMessage& message, MqttFormat format,
                                            const std::string& prefix) {
  try {
    if (format == MqttFormat::plain) return read_plain(message, prefix);
    const std::string_view body = text_of(message.payload);
    auto uplink = format == MqttFormat::things_stack ? core::read_things_stack(body)
                                                     : core::read_chirpstack(body);
    if (!uplink) return {};
    return {*uplink};
  } catch (const base::InputError& error) {
    return unreadable(message, error.what());
  }
}

std::string as_topic(std::string name) {
  std::replace_if(
      name.begin(), name.end(),
      [](unsigned char c) { return c == '+' || c == '#' || c < 0x20 || c == 0x7f; }, '_');
  return name;
}

}  // namespace terse::serve::mqtt
