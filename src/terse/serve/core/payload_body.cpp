#include "terse/serve/core/payload_body.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "terse/base/error.h"
#include "terse/serve/core/frame_counter.h"
#include "terse/serve/core/measured_time.h"
#include "terse/serve/core/names.h"
#include "terse/text/base64.h"
#include "terse/text/hex.h"
#include "terse/text/json_check.h"
#include "terse/text/quoting.h"

namespace terse::serve::core {
namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const std::string& place, const std::string& problem,
                         const std::string& remedy) {
  throw base::InputError("body", place, problem, remedy);
}

std::string text_of(const Json& object, const char* name, const std::string& place) {
  const auto found = object.find(name);
  if (found == object.end()) return "";
  if (!found->is_string()) refuse(place, fmt::format("'{}' is not a string", name), "quote it");
  return found->get<std::string>();
}

std::vector<std::uint8_t> payload_of(const Json& object, const std::string& place) {
  const bool hex = object.contains("hex");
  if (hex == object.contains("base64")) {
    refuse(place, "the payload is missing or given twice", "give either 'hex' or 'base64'");
  }
  const std::string text = text_of(object, hex ? "hex" : "base64", place);
  auto bytes = hex ? text::from_hex(text) : text::from_base64(text);
  if (!bytes) {
    refuse(place, text::in_quotes(text) + (hex ? " is not hexadecimal" : " is not base64"),
           hex ? "write two digits per byte" : "write it with its padding (RFC 4648)");
  }
  return std::move(*bytes);
}

void read_key(const Json& object, const std::string& place, Uplink& uplink) {
  if (object.contains("key")) uplink.key = text_of(object, "key", place);
  const auto counter = object.find("counter");
  if (counter == object.end()) return;
  if (uplink.key) refuse(place, "both 'key' and 'counter' are given", "give one of them");
  uplink.counter = read_counter(counter->is_number_unsigned() ? counter->dump() : "");
  if (!uplink.counter) {
    refuse(place, "'counter' is not a whole number from 0", "send the frame counter");
  }
}

void read_time(const Json& object, const std::string& place, Uplink& uplink) {
  const auto time = object.find("t");
  if (time == object.end()) return;
  uplink.measured_ms = read_measured_time(time->is_number() ? time->dump() : "");
  if (!uplink.measured_ms) {
    refuse(place, "'t' is not a time of measurement", "send seconds since 1970, UTC");
  }
}

Uplink read_uplink(const Json& object, const std::string& device, const std::string& place) {
  if (!object.is_object()) refuse(place, "is not an object", "send {\"device\", \"hex\"}");
  Uplink uplink;
  uplink.device = text_of(object, "device", place);
  if (uplink.device.empty()) uplink.device = device;
  if (!is_device_name(uplink.device)) {
    refuse(place, text::in_quotes(uplink.device) + " cannot be a device's name",
           "give 'device' with 1 to 128 bytes");
  }
  read_key(object, place, uplink);
  read_time(object, place, uplink);
  uplink.payload = payload_of(object, place);
  return uplink;
}

Uplink unreadable(const Json& element, const std::string& device, const std::string& problem) {
  Uplink uplink;
  uplink.device = is_device_name(device) ? device : "unknown";
  const std::string text = element.dump(-1, ' ', false, Json::error_handler_t::replace);
  uplink.payload.assign(text.begin(), text.end());
  uplink.problem = problem;
  return uplink;
}

enum class Unreadable : std::uint8_t { spoils_all, stands_alone };

std::vector<Uplink> read(std::string_view body, const std::string& model, const std::string& device,
                         Unreadable unreadable_element) {
  // An array is wrapped, since the check is for objects.
  const std::string wrapped = fmt::format("{{\"body\":{}}}", body);
  const std::string problem = text::json_problem(wrapped, {.depth_max = 4, .values_max = 100'000});
  if (!problem.empty()) refuse("", problem, "send one object or an array of objects");
  const Json document = Json::parse(wrapped);
  if (document.size() != 1) refuse("", "is not one JSON value", "send one object or an array");
  const Json& value = document["body"];
  std::vector<Uplink> uplinks;
  if (value.is_array()) {
    if (value.empty() || value.size() > body_uplinks_max) {
      refuse("", fmt::format("{} payloads", value.size()),
             fmt::format("send 1 to {} at once", body_uplinks_max));
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
      try {
        uplinks.push_back(read_uplink(value[i], device, fmt::format("element {}", i)));
      } catch (const base::InputError& error) {
        if (unreadable_element == Unreadable::spoils_all) throw;
        uplinks.push_back(unreadable(value[i], device, error.what()));
      }
    }
  } else {
    uplinks.push_back(read_uplink(value, device, ""));
  }
  for (Uplink& uplink : uplinks) uplink.model = model;
  return uplinks;
}

}  // namespace

std::vector<Uplink> read_payload_body(std::string_view body, const std::string& model,
                                      const std::string& device) {
  return read(body, model, device, Unreadable::spoils_all);
}

std::vector<Uplink> read_payload_elements(std::string_view body, const std::string& model,
                                          const std::string& device) {
  return read(body, model, device, Unreadable::stands_alone);
}

}  // namespace terse::serve::core
