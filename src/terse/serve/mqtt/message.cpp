#include "terse/serve/mqtt/message.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/serve/core/frame_counter.h"
#include "terse/serve/core/measured_time.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/payload_body.h"
#include "terse/serve/core/webhook.h"
#include "terse/text/media_type.h"
#include "terse/text/quoting.h"

namespace terse::serve::mqtt {
namespace {

std::string_view text_of(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<core::Uplink> unreadable(const MqttMessage& message, const std::string& problem) {
  core::Uplink uplink;
  uplink.device = core::presentable(as_topic(message.topic), core::device_bytes_max);
  if (!core::is_device_name(uplink.device)) uplink.device = "unknown";
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

std::string not_a(const char* what, const std::string& text) {
  return text::in_quotes(core::presentable(text, core::name_bytes_max)) + " is not a " + what;
}

/// Counter, key and time, from the topic or the properties. Gives what is wrong, or nothing.
std::string read_identity(const MqttMessage& message, const std::vector<std::string>& levels,
                          core::Uplink& uplink) {
  if (!message.twice.empty()) return "the property " + message.twice + " is given twice";
  const auto counter = levels.size() == 3 ? std::optional(levels[2]) : message.counter;
  if (counter) {
    uplink.counter = core::read_counter(*counter);
    if (!uplink.counter) return not_a("frame counter: write decimal digits alone", *counter);
    if (message.key) return "both a counter and a key are given; send one of them";
  }
  uplink.key = message.key;
  if (message.time) {
    uplink.measured_ms = core::read_measured_time(*message.time);
    if (!uplink.measured_ms) {
      return not_a("time of measurement: write seconds since 1970, UTC", *message.time);
    }
  }
  return "";
}

std::vector<core::Uplink> read_plain(const MqttMessage& message, const std::string& prefix) {
  const std::vector<std::string> levels = levels_after(message.topic, prefix);
  if (levels.size() < 2 || levels.size() > 3 || levels[0].empty() ||
      !core::is_device_name(levels[1])) {
    return unreadable(message, "the topic is not " + prefix + "/MODEL/DEVICE[/COUNTER]");
  }
  if (text::is_media_type(message.content_type, "application/json")) {
    return core::read_payload_elements(text_of(message.payload), levels[0], levels[1]);
  }
  core::Uplink uplink;
  uplink.model = levels[0];
  uplink.device = levels[1];
  uplink.payload = message.payload;
  uplink.problem = read_identity(message, levels, uplink);
  return {uplink};
}

std::vector<core::Uplink> read_event(const MqttMessage& message, MqttFormat format) {
  const std::string_view body = text_of(message.payload);
  core::NetworkEvent event = format == MqttFormat::things_stack
                                 ? core::read_things_stack(body)
                                 : core::read_chirpstack(body, chirpstack_event(message.topic));
  auto* uplink = std::get_if<core::Uplink>(&event);
  if (uplink == nullptr) return {};
  if (!uplink->problem.empty()) return unreadable(message, uplink->problem);
  return {std::move(*uplink)};
}

}  // namespace

std::optional<MqttFormat> parse_mqtt_format(std::string_view word) {
  if (word == "plain") return MqttFormat::plain;
  if (word == "things-stack") return MqttFormat::things_stack;
  if (word == "chirpstack") return MqttFormat::chirpstack;
  return std::nullopt;
}

std::string_view chirpstack_event(std::string_view topic) {
  constexpr std::string_view level = "/event/";
  const std::size_t at = topic.rfind(level);
  if (at == std::string_view::npos) return "";
  const std::string_view event = topic.substr(at + level.size());
  return event.find('/') == std::string_view::npos ? event : "";
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
    return read_event(message, format);
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
