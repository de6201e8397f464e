#include "terse/serve/mqtt/options.h"

#include "terse/base/error.h"
#include "terse/serve/core/address.h"
#include "terse/text/quoting.h"

namespace terse::serve::mqtt {

MqttOptions parse_mqtt_url(const std::string& url) {
  MqttOptions options;
  options.secure = url.starts_with("mqtts://");
  const std::string remedy = "write mqtt://[USER@]HOST[:PORT], or mqtts:// for TLS";
  if (!options.secure && !url.starts_with("mqtt://")) {
    throw base::OptionError("mqtt", "", text::in_quotes(url) + " is not a broker address", remedy);
  }
  std::string rest = url.substr(options.secure ? 8 : 7);
  const std::size_t at = rest.rfind('@');
  if (at != std::string::npos) {
    options.user = rest.substr(0, at);
    rest.erase(0, at + 1);
    if (options.user.find(':') != std::string::npos) {
      throw base::OptionError("mqtt", "", "every user can see a password in the address",
                              "put it in a file and give that as `mqtt_password`");
    }
  }
  while (rest.ends_with('/')) rest.pop_back();
  const std::size_t colon = rest.rfind(':');
  const bool has_port = colon != std::string::npos && rest.find(']', colon) == std::string::npos;
  if (!has_port) rest += options.secure ? ":8883" : ":1883";
  if (rest.starts_with(':')) {
    throw base::OptionError("mqtt", "", text::in_quotes(url) + " names no host", remedy);
  }
  const core::Address address = core::parse_address(rest, "mqtt");
  options.host = address.host;
  options.port = address.port;
  return options;
}

unsigned session_minutes(const MqttOptions& options) {
  constexpr unsigned in_a_group = 10;
  constexpr unsigned alone = 7 * 24 * 60;
  return options.session_minutes.value_or(options.share.empty() ? alone : in_a_group);
}

void check(const MqttOptions& options) {
  const auto has_wildcard = [](const std::string& text) {
    return text.find_first_of("+#") != std::string::npos;
  };
  if (options.prefix.empty() || has_wildcard(options.prefix)) {
    throw base::OptionError("mqtt_prefix", "",
                            text::in_quotes(options.prefix) + " cannot begin a topic",
                            "write for example terse/up");
  }
  if (has_wildcard(options.share) || options.share.find('/') != std::string::npos) {
    throw base::OptionError("mqtt_share", "",
                            text::in_quotes(options.share) + " is not the name of a group",
                            "leave out '/', '+' and '#'");
  }
  if (has_wildcard(options.results)) {
    throw base::OptionError("mqtt_results", "",
                            text::in_quotes(options.results) + " is not a topic",
                            "write for example terse/results");
  }
  const std::string results = options.results + "/";
  if (!options.results.empty() && options.format == MqttFormat::plain &&
      results.starts_with(options.prefix + "/")) {
    throw base::OptionError("mqtt_results", "", "results would come back as messages",
                            "choose a topic that is not below " + options.prefix);
  }
  if (options.protocol_version != 4 && options.protocol_version != 5) {
    throw base::OptionError("mqtt_version", "", "is neither 5 nor 3.1.1", "write 5 or 3.1.1");
  }
  if (options.session_minutes && options.protocol_version == 4) {
    throw base::OptionError("mqtt_session_minutes", "", "MQTT 3.1.1 cannot tell the broker",
                            "set it at the broker, or use `mqtt_version` 5");
  }
  if (options.client_id.empty()) {
    throw base::OptionError("mqtt_id", "", "the broker needs a name for this server's session",
                            "give each server its own");
  }
}

}  // namespace terse::serve::mqtt
