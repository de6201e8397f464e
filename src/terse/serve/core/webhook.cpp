#include "terse/serve/core/webhook.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "terse/base/error.h"
#include "terse/serve/core/measured_time.h"
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

/// At most radio_bytes_max: of the gateways that heard the message, the last ones are left out.
std::string radio_text(Json radio, const char* gateways) {
  std::string text = radio.dump();
  const auto heard = radio.find(gateways);
  while (text.size() > radio_bytes_max && heard != radio.end() && heard->is_array() &&
         !heard->empty()) {
    heard->erase(heard->begin() + static_cast<std::ptrdiff_t>(heard->size() / 2), heard->end());
    text = radio.dump();
  }
  return text.size() > radio_bytes_max ? "" : text;
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

  bool contains(std::string_view name) const { return object_.contains(name); }

  bool is_true(const char* name) const {
    const auto found = object_.find(name);
    return found != object_.end() && found->is_boolean() && found->get<bool>();
  }

  /// A time that cannot be read is left out: the message is worth more than its time.
  std::optional<std::int64_t> instant(const char* name) const {
    const auto found = object_.find(name);
    if (found == object_.end() || !found->is_string()) return std::nullopt;
    return read_instant(found->get<std::string>());
  }

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

/// A member of ApplicationUp and why it is ignored; the uplink has no reason.
struct NamedEvent {
  std::string_view name;
  const char* why;
};

constexpr const char* of_downlink = "it is about a message to the device";
constexpr const char* of_network = "it comes from the network, not from the device's application";

constexpr std::array<NamedEvent, 11> things_stack_events = {
    {{"uplink_message", nullptr},
     {"uplink_normalized", "the same message comes as uplink_message"},
     {"join_accept", "the uplinks that follow name the new session"},
     {"downlink_ack", of_downlink},
     {"downlink_nack", of_downlink},
     {"downlink_sent", of_downlink},
     {"downlink_failed", of_downlink},
     {"downlink_queued", of_downlink},
     {"downlink_queue_invalidated", of_downlink},
     {"location_solved", of_network},
     {"service_data", of_network}}};

constexpr std::array<NamedEvent, 8> chirpstack_events = {
    {{"up", nullptr},
     {"join", "the uplinks that follow name the new session"},
     {"ack", of_downlink},
     {"txack", of_downlink},
     {"log", of_network},
     {"status", of_network},
     {"location", of_network},
     {"integration", of_network}}};

/// Why an uplink holds nothing of the application, or null. LoRaWAN 1.0.4, section 4.3.2: without a
/// port there is no payload, and on port 0 there are MAC commands.
const char* without_application(const Uplink& uplink) {
  if (uplink.port.value_or(0) == 0) return "it holds MAC commands alone";
  return uplink.payload.empty() ? "its payload is empty" : nullptr;
}

NetworkEvent settle(Uplink uplink, std::string_view event) {
  const char* why = without_application(uplink);
  if (why != nullptr) return IgnoredEvent{std::string(event), why};
  return uplink;
}

Uplink not_understood(std::string_view body, const std::string& problem) {
  Uplink uplink;
  uplink.device = "unknown";
  uplink.payload.assign(body.begin(), body.end());
  uplink.problem = problem;
  return uplink;
}

const NamedEvent& things_stack_event(const Json& document, const char* source) {
  const NamedEvent* found = nullptr;
  for (const NamedEvent& event : things_stack_events) {
    if (!document.contains(event.name)) continue;
    if (found != nullptr) {
      refuse(source, "", fmt::format("is both {} and {}", found->name, event.name));
    }
    found = &event;
  }
  if (found == nullptr) refuse(source, "", "names none of the events of ApplicationUp");
  return *found;
}

NetworkEvent things_stack(std::string_view body) {
  constexpr const char* source = "The Things Stack event";
  const Json document = parse(body, source);
  const NamedEvent& event = things_stack_event(document, source);
  if (event.why != nullptr) return IgnoredEvent{std::string(event.name), event.why};
  const Fields fields(document, source);
  if (fields.is_true("simulated")) {
    return IgnoredEvent{std::string(event.name), "it is simulated, not sent by the device"};
  }
  const Fields device = fields.inside("end_device_ids");
  const Fields message = fields.inside("uplink_message");
  Uplink uplink;
  const std::string application = device.inside("application_ids").text("application_id");
  uplink.device = device.device_name("device_id");
  if (!application.empty()) uplink.device = application + "/" + uplink.device;
  if (!is_device_name(uplink.device)) {
    refuse(source, "application_id",
           text::in_quotes(uplink.device) + " is not the name of a device");
  }
  uplink.port = static_cast<int>(message.number("f_port", port_max));
  uplink.session = message.text("session_key_id");
  if (uplink.session.empty()) uplink.session = device.text("dev_addr");
  uplink.counter = message.number("f_cnt", counter_max);
  uplink.measured_ms = message.instant("received_at");
  if (!uplink.measured_ms) uplink.measured_ms = fields.instant("received_at");
  uplink.payload = message.bytes("frm_payload");
  Json radio = Json::object();
  message.copy("rx_metadata", radio);
  message.copy("settings", radio);
  message.copy("consumed_airtime", radio);
  uplink.radio = radio_text(std::move(radio), "rx_metadata");
  return settle(std::move(uplink), event.name);
}

NetworkEvent chirpstack(std::string_view body, std::string_view event) {
  constexpr const char* source = "ChirpStack event";
  if (event.empty()) {
    refuse(source, "", "is not named: ChirpStack adds ?event=NAME to the webhook's address");
  }
  const auto named = std::find_if(chirpstack_events.begin(), chirpstack_events.end(),
                                  [event](const NamedEvent& each) { return each.name == event; });
  if (named == chirpstack_events.end()) {
    refuse(source, "", text::in_quotes(event) + " is not an event of ChirpStack v4");
  }
  const Json document = parse(body, source);
  if (named->why != nullptr) return IgnoredEvent{std::string(event), named->why};
  const Fields fields(document, source);
  Uplink uplink;
  uplink.device = fields.inside("deviceInfo").device_name("devEui");
  uplink.port = static_cast<int>(fields.number("fPort", port_max));
  uplink.session = fields.text("devAddr");
  uplink.counter = fields.number("fCnt", counter_max);
  uplink.measured_ms = fields.instant("time");
  uplink.payload = fields.bytes("data");
  Json radio = Json::object();
  fields.copy("rxInfo", radio);
  fields.copy("txInfo", radio);
  fields.copy("dr", radio);
  uplink.radio = radio_text(std::move(radio), "rxInfo");
  return settle(std::move(uplink), event);
}

}  // namespace

NetworkEvent read_things_stack(std::string_view body) {
  try {
    return things_stack(body);
  } catch (const base::InputError& error) {
    return not_understood(body, error.what());
  }
}

NetworkEvent read_chirpstack(std::string_view body, std::string_view event) {
  try {
    return chirpstack(body, event);
  } catch (const base::InputError& error) {
    return not_understood(body, error.what());
  }
}

}  // namespace terse::serve::core
