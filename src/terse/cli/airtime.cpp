// terse airtime: what a message of some bytes costs on a radio: frames, time, energy, battery.
#include <fmt/core.h>

#include <charconv>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "terse/airtime/profile.h"
#include "terse/airtime/radio.h"
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
  double interval_seconds = 0.0;
  bool json = false;
};

constexpr std::size_t payload_bytes_max = 1'000'000;
constexpr const char* cellular_note =
    "nb-iot, lte-m: by default the energy of a message hardly depends on its size; connecting and "
    "waiting dominate.\nGive a profile with message_millijoules as measured (docs/airtime.md).";

std::size_t bytes_of(const std::string& message) {
  std::size_t bytes = 0;
  const char* end = message.data() + message.size();
  const auto [rest, error] = std::from_chars(message.data(), end, bytes);
  if (rest == message.data()) return model::read_file(message).payload_bytes();
  if (rest != end && error == std::errc()) return model::read_file(message).payload_bytes();
  if (error != std::errc() || bytes > payload_bytes_max) {
    throw base::InputError("BYTES", "", text::in_quotes(message) + " bytes are too many",
                           fmt::format("give 0 to {}", payload_bytes_max));
  }
  return bytes;
}

struct Cost {
  airtime::Sending sending;
  std::optional<double> joules;
  std::optional<double> battery_days;
};

Cost cost_of(const AirtimeArguments& arguments, const std::optional<airtime::Profile>& profile,
             const airtime::Radio& radio, std::size_t bytes) {
  Cost cost{airtime::sending(radio, bytes), std::nullopt, std::nullopt};
  if (profile) cost.joules = airtime::message_joules(*profile, radio, bytes);
  // A message more often than allowed would promise a life that no device has.
  const bool allowed = arguments.interval_seconds >= cost.sending.interval_seconds_min;
  if (cost.joules && arguments.interval_seconds > 0.0 && allowed) {
    cost.battery_days = airtime::battery_days(*profile, *cost.joules, arguments.interval_seconds);
  }
  return cost;
}

nlohmann::ordered_json json_of(const airtime::Radio& radio, const Cost& cost) {
  const auto number = [](const std::optional<double>& value) {
    return value && std::isfinite(*value) ? nlohmann::ordered_json(*value) : nullptr;
  };
  return {{"radio", radio.id},
          {"payload_limit", radio.payload_bytes_max},
          {"frames", cost.sending.frames},
          {"seconds_on_air", number(cost.sending.seconds)},
          {"interval_seconds_min", cost.sending.interval_seconds_min},
          {"joules", number(cost.joules)},
          {"battery_days", number(cost.battery_days)}};
}

std::string text_of(const std::optional<double>& value, double factor, const char* format) {
  return value ? fmt::format(fmt::runtime(format), *value * factor) : "-";
}

void print_table(const std::vector<std::pair<const airtime::Radio*, Cost>>& costs) {
  fmt::print("{:<19} {:<28} {:>6} {:>6} {:>10} {:>10} {:>9} {:>8}\n", "radio", "", "limit",
             "frames", "on air, ms", "every s >=", "mJ", "days");
  bool cellular = false;
  for (const auto& [radio, cost] : costs) {
    cellular = cellular || radio->link == airtime::Link::cellular;
    fmt::print("{:<19} {:<28} {:>6} {:>6} {:>10} {:>10} {:>9} {:>8}\n", radio->id, radio->meaning,
               radio->payload_bytes_max, cost.sending.frames,
               text_of(cost.sending.seconds, 1e3, "{:.3f}"),
               text_of(cost.sending.interval_seconds_min, 1.0, "{:.1f}"),
               text_of(cost.joules, 1e3, "{:.2f}"), text_of(cost.battery_days, 1.0, "{:.0f}"));
  }
  if (cellular) fmt::print("\n{}\n", cellular_note);
}

void run_airtime(const AirtimeArguments& arguments) {
  const std::size_t bytes = bytes_of(arguments.message);
  if (arguments.interval_seconds < 0.0 || !std::isfinite(arguments.interval_seconds)) {
    throw base::InputError("--interval", "", "is not a time above 0", "give seconds, such as 900");
  }
  std::optional<airtime::Profile> profile;
  if (!arguments.profile.empty()) profile = airtime::profile_of(arguments.profile);
  std::vector<std::pair<const airtime::Radio*, Cost>> costs;
  const auto add = [&](const airtime::Radio& radio) {
    costs.emplace_back(&radio, cost_of(arguments, profile, radio, bytes));
  };
  if (arguments.radios.empty()) {
    for (const airtime::Radio& radio : airtime::radios()) add(radio);
  }
  for (const std::string& id : arguments.radios) add(airtime::radio_of(id));
  if (arguments.json) {
    nlohmann::ordered_json json{{"payload_bytes", bytes},
                                {"radios", nlohmann::ordered_json::array()}};
    if (profile) json["profile"] = {{"name", profile->name}, {"source", profile->source}};
    for (const auto& [radio, cost] : costs) json["radios"].push_back(json_of(*radio, cost));
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("a payload of {} bytes\n\n", bytes);
  print_table(costs);
  if (profile) fmt::print("\nprofile {}: {}\n", profile->name, profile->source);
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
  command.add_option("--interval", arguments->interval_seconds,
                     "seconds between messages, for the battery life");
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.runs([arguments] { run_airtime(*arguments); });
}

}  // namespace terse::cli
