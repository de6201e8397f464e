// Published messages in all three formats: an uplink that was read, or one with its problem.
// Input: format, then topic, content type, the three user properties (none if empty) and payload,
// separated by newlines.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "terse/base/error.h"
#include "terse/serve/core/names.h"
#include "terse/serve/mqtt/message.h"

namespace {

// An element of an array of JSON, as the problem of one alone quotes it.
bool is_element(const std::vector<std::uint8_t>& payload, const std::vector<std::uint8_t>& whole) {
  using Json = nlohmann::json;
  const Json array = Json::parse(whole, nullptr, false);
  const std::string_view text(reinterpret_cast<const char*>(payload.data()), payload.size());
  return array.is_array() && std::any_of(array.begin(), array.end(), [&](const Json& element) {
           return element.dump(-1, ' ', false, Json::error_handler_t::replace) == text;
         });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse;
  if (size == 0) return 0;
  const auto format = static_cast<terse::serve::mqtt::MqttFormat>(data[0] % 3);
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto next = [&rest] {
    const std::size_t end = rest.find('\n');
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return std::string(part);
  };
  terse::serve::mqtt::MqttMessage message;
  message.topic = next();
  message.content_type = next();
  for (auto* property : {&message.counter, &message.key, &message.time}) {
    const std::string text = next();
    if (!text.empty()) *property = text;
  }
  message.payload.assign(rest.begin(), rest.end());
  for (const terse::serve::core::Uplink& uplink :
       terse::serve::mqtt::read_mqtt_message(message, format, "terse/up")) {
    TERSE_CHECK(terse::serve::core::is_device_name(uplink.device));
    TERSE_CHECK(uplink.problem.empty() || uplink.payload == message.payload ||
                is_element(uplink.payload, message.payload));
  }
  return 0;
}
