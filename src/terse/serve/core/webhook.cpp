#include "terse/serve/core/webhook.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "terse/base/error.h"
#include "terse/serve/core/names.h"
#include "terse/text/base64.h"
#include "terse/text/json_check.h"
#include "terse/text/quoting.h"

namespace terse::serve::core {
namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const char* source, const std::string& place, const std::string& problem) {
  throw base::InputError(source, place, problem, "");
}

/// Fields of one object; what is absent is zero or empty.
class Fields {
 public:
  Fields(const Json& object, const char* source) : object_(object), source_(source) {}

  Fields inside(const char* name) const {
    static const Json nothing = Json::object();
    const auto found = object_.find(name);
    if (found == object_.end()) return {nothing, source_};
    if (!found->is_object()) refuse(source_, name, "is not an object");
    return {*found, source_};
  }

  bool contains(const char* name) const { return object_.contains(name); }

  std::string text(const char* name) const {
    const auto found = object_.find(name);
    if (found == object_.end()) return "";
    if (!found->is_string()) refuse(source_, name, "is not a string");
    return found->get<std::string>();
  }

  std::uint32_t number(const char* name, std::uint32_t number_max) const {
    const auto found = object_.find(name);
    if (found == object_.end()) return 0;
    if (!found->is_number_unsigned() || found->get<std::uint64_t>() > number_max) {
      refuse(source_, name, fmt::format("is not a whole number up to {}", number_max));
    }
    return found->get<std::uint32_t>();
  }

  std::vector<std::uint8_t> bytes(const char* name) const {
    auto bytes = text::from_base64(text(name));
    if (!bytes) refuse(source_, name, "is not base64");
    return std::move(*bytes);
  }

  void copy(const char* name, Json& into) const {
    const auto found = object_.find(name);
    if (found != object_.end()) into[name] = *found;
  }

  std::string device_name(const char* name) const {
    const std::string device = text(name);
    if (!is_device_name(device))
      refuse(source_, name, text::in_quotes(device) + " is not the name of a device");
    return device;
  }

 private:
  const Json& object_;
  const char* source_;
};

Json parse(std::string_view body, const char* source) {
  const std::string problem = text::json_problem(body, {.depth_max = 32, .values_max = 100'000});
  if (!problem.empty()) refuse(source, "", problem);
  return Json::parse(body);
}

constexpr std::uint32_t port_max = 255;
constexpr std::uint32_t counter_max = 0xffffffffU;

}  // namespace

std::optional<Uplink> read_things_stack(std::string_view body) {
  constexpr const char* source = "The Things Stack uplink";
  const Json document = parse(body, source);
  const Fields fields(document, source);
  const Fields device = fields.inside("end_device_ids");
  Uplink uplink;
  const std::string application = device.inside("application_ids").text("application_id");
  uplink.device = device.device_name("device_id");
  if (!application.empty()) uplink.device = application + "/" + uplink.device;
  if (!is_device_name(uplink.device)) {
    refuse(source, "application_id",
           text::in_quotes(uplink.device) + " is not the name of a device");
  }
  if (!fields.contains("uplink_message")) return std::nullopt;
  const Fields message = fields.inside("uplink_message");
  uplink.port = static_cast<int>(message.number("f_port", port_max));
  uplink.session = message.text("session_key_id");
  if (uplink.session.empty()) uplink.session = device.text("dev_addr");
  uplink.counter = message.number("f_cnt", counter_max);
  uplink.payload = message.bytes("frm_payload");
  Json radio = Json::object();
  message.copy("rx_metadata", radio);
  message.copy("settings", radio);
  message.copy("consumed_airtime", radio);
  uplink.radio = radio.dump();
  return uplink;
}

std::optional<Uplink> read_chirpstack(std::string_view body) {
  constexpr const char* source = "ChirpStack uplink";
  const Json document = parse(body, source);
  const Fields fields(document, source);
  Uplink uplink;
  uplink.device = fields.inside("deviceInfo").device_name("devEui");
  // Joins, acknowledgements, logs and locations have no DR, radio or data.
  if (!fields.contains("data") && !fields.contains("rxInfo") && !fields.contains("txInfo")) {
    return std::nullopt;
  }
  uplink.port = static_cast<int>(fields.number("fPort", port_max));
  uplink.session = fields.text("devAddr");
  uplink.counter = fields.number("fCnt", counter_max);
  uplink.payload = fields.bytes("data");
  Json radio = Json::object();
  fields.copy("rxInfo", radio);
  fields.copy("txInfo", radio);
  fields.copy("dr", radio);
  uplink.radio = radio.dump();
  return uplink;
}

}  // namespace terse::serve::core
