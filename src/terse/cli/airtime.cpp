// terse airtime: what a message of some bytes costs on a radio: frames, time, energy, battery.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "terse/airtime/energy.h"
#include "terse/airtime/envelope.h"
#include "terse/airtime/network.h"
#include "terse/airtime/profile.h"
#include "terse/airtime/radios.h"
#include "terse/airtime/sending.h"
#include "terse/base/error.h"
#include "terse/cli/commands.h"
#include "terse/model/file.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

struct AirtimeArguments {
  std::string message;
  std::vector<std::string> radios;
  std::string profile;
  std::optional<double> interval_seconds;
  std::string network = "standard";
  std::string carrier = "coaps";
  unsigned ip = 4;
  std::string path;
  bool json = false;
};

constexpr std::size_t payload_bytes_max = 1'000'000;
constexpr const char* cellular_note =
    "nb-iot, lte-m: by default the energy of a message hardly depends on its size; connecting and "
    "waiting dominate.\nGive a profile with message_millijoules as measured (docs/airtime.md).";

/// A model's payload, and where the server takes it.
struct Message {
  std::size_t bytes = 0;
  std::string target = {};  ///< empty: of no model
};

Message message_of_model(const std::string& path) {
  return {.bytes = model::read_file(path).payload_bytes(),
          .target = fmt::format("m/{}?n=1000", std::filesystem::path(path).stem().string())};
}

Message message_of(const std::string& message) {
  std::size_t bytes = 0;
  const char* end = message.data() + message.size();
  const auto [rest, error] = std::from_chars(message.data(), end, bytes);
  if (rest == message.data() || (rest != end && error == std::errc())) {
    return message_of_model(message);
  }
  if (error != std::errc() || bytes > payload_bytes_max) {
    throw base::InputError("BYTES", "", text::in_quotes(message) + " bytes are too many",
                           fmt::format("give 0 to {}", payload_bytes_max));
  }
  return {.bytes = bytes};
}

struct Cost {
  airtime::Sending sending;
  bool too_often = false;  ///< at the interval that was asked for
  std::optional<double> joules;
  std::optional<double> battery_days;
};

struct Asked {
  std::size_t bytes = 0;
  airtime::Surroundings around;
  std::optional<airtime::Profile> profile;
};

/// The shortest interval in tenths of a second that a rule allows.
double in_tenths(double seconds) {
  return std::max(0.0, std::ceil(seconds * 10.0 - 1e-6) / 10.0);
}

Cost cost_of(const AirtimeArguments& arguments, const Asked& asked, const airtime::Radio& radio) {
  Cost cost;
  cost.sending = airtime::sending(radio, asked.bytes, asked.around);
  if (asked.profile) {
    cost.joules =
        airtime::message_joules(*asked.profile, radio, cost.sending, asked.around.network);
  }
  if (!arguments.interval_seconds) return cost;
  // A message more often than allowed would promise a life that no device has.
  cost.too_often = *arguments.interval_seconds < cost.sending.interval_seconds_min;
  if (cost.joules && !cost.too_often) {
    cost.battery_days =
        airtime::battery_days(*asked.profile, *cost.joules, *arguments.interval_seconds);
  }
  return cost;
}

/// For a radio that was named: it will not be used otherwise.
void require_allowed(const AirtimeArguments& arguments, const airtime::Radio& radio,
                     const Cost& cost) {
  if (!cost.too_often) return;
  const double least = in_tenths(cost.sending.interval_seconds_min);
  throw base::OptionError(
      "interval", "",
      fmt::format("{:g} s are too short for {}: {} allows this message every {:.1f} s",
                  *arguments.interval_seconds, radio.id, cost.sending.interval_rule, least),
      fmt::format("give {:.1f} or more, or send fewer bytes or at a higher data rate", least));
}

nlohmann::ordered_json json_of(const AirtimeArguments& arguments, const airtime::Radio& radio,
                               const Cost& cost) {
  const auto number = [](const std::optional<double>& value) {
    return value && std::isfinite(*value) ? nlohmann::ordered_json(*value) : nullptr;
  };
  nlohmann::ordered_json json{{"radio", radio.id},
                              {"payload_limit", radio.payload_bytes_max},
                              {"frames", cost.sending.frames},
                              {"bytes_sent", cost.sending.bytes},
                              {"seconds_on_air", number(cost.sending.seconds)},
                              {"interval_seconds_min", cost.sending.interval_seconds_min},
                              {"interval_rule", cost.sending.interval_rule}};
  if (arguments.interval_seconds) json["interval_allowed"] = !cost.too_often;
  json["joules"] = number(cost.joules);
  json["battery_days"] = number(cost.battery_days);
  return json;
}

std::string text_of(const std::optional<double>& value, double factor, const char* format) {
  return value ? fmt::format(fmt::runtime(format), *value * factor) : "-";
}

std::string days_of(const Cost& cost) {
  return cost.too_often ? "too often" : text_of(cost.battery_days, 1.0, "{:.0f}");
}

/// "82 bytes = 4 payload + 21 CoAP + 29 DTLS + 8 UDP + 20 IPv4", of the first of several datagrams.
std::string envelope_text(const Asked& asked, std::size_t datagram_bytes_max) {
  const airtime::EnvelopeBytes around = airtime::bytes_around(asked.around.envelope);
  const std::size_t payload = std::min(asked.bytes, datagram_bytes_max);
  std::string text =
      fmt::format("{}{} bytes = {} payload", payload < asked.bytes ? "a full datagram: " : "",
                  payload + around.all(), payload);
  const auto add = [&](std::size_t bytes, const char* layer) {
    if (bytes > 0) text += fmt::format(" + {} {}", bytes, layer);
  };
  add(around.coap, "CoAP");
  add(around.dtls, "DTLS");
  add(around.udp, "UDP");
  add(around.ip, asked.around.envelope.ipv6 ? "IPv6" : "IPv4");
  return text;
}

void print_table(const Asked& asked,
                 const std::vector<std::pair<const airtime::Radio*, Cost>>& costs) {
  fmt::print("{:<19} {:<27} {:>5} {:>6} {:>5} {:>10} {:>10} {:>9} {:>9}\n", "radio", "", "limit",
             "frames", "sent", "on air, ms", "every s >=", "mJ", "days");
  const airtime::Radio* cellular = nullptr;
  for (const auto& [radio, cost] : costs) {
    if (radio->link == airtime::Link::cellular) cellular = radio;
    fmt::print("{:<19} {:<27} {:>5} {:>6} {:>5} {:>10} {:>10} {:>9} {:>9}\n", radio->id,
               radio->meaning, radio->payload_bytes_max, cost.sending.frames, cost.sending.bytes,
               text_of(cost.sending.seconds, 1e3, "{:.3f}"),
               fmt::format("{:.1f}", in_tenths(cost.sending.interval_seconds_min)),
               text_of(cost.joules, 1e3, "{:.2f}"), days_of(cost));
  }
  if (cellular == nullptr) return;
  fmt::print("\nnb-iot, lte-m: {} (--envelope)\n{}\n",
             envelope_text(asked, cellular->payload_bytes_max), cellular_note);
}

Asked read(const AirtimeArguments& arguments) {
  Asked asked;
  const Message message = message_of(arguments.message);
  asked.bytes = message.bytes;
  const double seconds = arguments.interval_seconds.value_or(1.0);
  if (seconds <= 0.0 || !std::isfinite(seconds)) {
    throw base::InputError("--interval", "", "is not a time above 0", "give seconds, such as 900");
  }
  if (!arguments.profile.empty()) asked.profile = airtime::profile_of(arguments.profile);
  asked.around.network = airtime::network_of(arguments.network);
  airtime::Envelope& envelope = asked.around.envelope;
  envelope.carrier = airtime::carrier_of(arguments.carrier).value();
  envelope.ipv6 = arguments.ip == 6;
  if (!message.target.empty()) envelope.target = message.target;
  if (!arguments.path.empty()) envelope.target = arguments.path;
  return asked;
}

nlohmann::ordered_json json_of(const Asked& asked) {
  const airtime::EnvelopeBytes around = airtime::bytes_around(asked.around.envelope);
  nlohmann::ordered_json json{
      {"payload_bytes", asked.bytes},
      {"network", asked.around.network.name},
      {"envelope",
       {{"ip", around.ip}, {"udp", around.udp}, {"dtls", around.dtls}, {"coap", around.coap}}},
      {"radios", nlohmann::ordered_json::array()}};
  if (asked.profile) {
    json["profile"] = {{"name", asked.profile->name}, {"source", asked.profile->source}};
  }
  return json;
}

void run_airtime(const AirtimeArguments& arguments) {
  const Asked asked = read(arguments);
  std::vector<std::pair<const airtime::Radio*, Cost>> costs;
  if (arguments.radios.empty()) {
    for (const airtime::Radio& radio : airtime::radios()) {
      costs.emplace_back(&radio, cost_of(arguments, asked, radio));
    }
  }
  for (const std::string& id : arguments.radios) {
    const airtime::Radio& radio = airtime::radio_of(id);
    costs.emplace_back(&radio, cost_of(arguments, asked, radio));
    require_allowed(arguments, radio, costs.back().second);
  }
  if (arguments.json) {
    nlohmann::ordered_json json = json_of(asked);
    for (const auto& [radio, cost] : costs) {
      json["radios"].push_back(json_of(arguments, *radio, cost));
    }
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("a payload of {} bytes\n\n", asked.bytes);
  print_table(asked, costs);
  if (asked.profile) {
    fmt::print("\nprofile {}: {}\n", asked.profile->name, asked.profile->source);
  }
}

}  // namespace

void add_airtime(Command program) {
  auto arguments = std::make_shared<AirtimeArguments>();
  Command command = program.add_command(
      "airtime", "Show what a message costs on a radio: frames, time, energy, battery life");
  command.add_option("BYTES", arguments->message, "bytes of a payload, or a .terse file")
      .required();
  command
      .add_option("--radio", arguments->radios,
                  "a radio, such as lorawan-us915-dr0; repeatable (all)")
      .repeatable();
  command.add_option(
      "--profile", arguments->profile,
      "power profile of the device: sx1276-13dbm, sx1276-20dbm (examples) or a JSON file");
  command.add_option(
      "--interval", arguments->interval_seconds,
      "seconds between messages, for the battery life; an error where a named radio's rules "
      "forbid it");
  command.add_option("--network", arguments->network,
                     "LoRaWAN network, for its second receive window and fair use: standard, ttn "
                     "(The Things Network) (standard)");
  command
      .add_option("--envelope", arguments->carrier,
                  "cellular: what carries the payload: coaps (CoAP in DTLS), coaps-short (without "
                  "path and query), coap, udp, none (non-IP) (coaps)")
      .one_of({"coaps", "coaps-short", "coap", "udp", "none"});
  command.add_option("--path", arguments->path,
                     "cellular: path and query of the CoAP request (m/model?n=1000)");
  command.add_option("--ip", arguments->ip, "cellular: version of IP, 4 or 6 (4)").one_of({4, 6});
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.runs([arguments] { run_airtime(*arguments); });
}

}  // namespace terse::cli
