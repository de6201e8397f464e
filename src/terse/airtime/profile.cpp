#include "terse/airtime/profile.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "terse/base/error.h"
#include "terse/base/read_file.h"
#include "terse/text/json_parse.h"
#include "terse/text/quoting.h"

namespace terse::airtime {
namespace {

struct Field {
  const char* name;
  void (*set)(Profile& profile, double value);
  double least;
  double largest;
  bool required;
};

template <auto member>
void set(Profile& profile, double value) {
  profile.*member = value;
}

struct TextField {
  const char* name;
  std::string Profile::*value;
};

constexpr std::array texts{TextField{"name", &Profile::name}, TextField{"source", &Profile::source},
                           TextField{"radios", &Profile::radios}};
constexpr double tiny = 1e-12;
constexpr double many = 1e9;
constexpr std::array fields{
    Field{"supply_volts", set<&Profile::supply_volts>, tiny, 1000.0, true},
    Field{"battery_milliampere_hours", set<&Profile::battery_milliampere_hours>, tiny, many, true},
    Field{"usable_share", set<&Profile::usable_share>, tiny, 1.0, false},
    Field{"self_discharge_percent", set<&Profile::self_discharge_percent>, 0.0, 100.0, false},
    Field{"sleep_microamperes", set<&Profile::sleep_microamperes>, 0.0, many, true},
    Field{"transmit_milliamperes", set<&Profile::transmit_milliamperes>, 0.0, many, true},
    Field{"receive_milliamperes", set<&Profile::receive_milliamperes>, 0.0, many, false},
    Field{"receive_seconds", set<&Profile::receive_seconds>, 0.0, many, false},
    Field{"receive_symbols", set<&Profile::receive_symbols>, 0.0, many, false},
    Field{"message_millijoules", set<&Profile::message_millijoules>, 0.0, many, false},
    Field{"byte_millijoules", set<&Profile::byte_millijoules>, 0.0, many, false},
};

void read_number(const nlohmann::json& json, const Field& field, const std::string& source,
                 Profile& profile) {
  const std::string place = fmt::format("field '{}'", field.name);
  if (!json.contains(field.name)) {
    if (!field.required) return;
    throw base::InputError(source, place, "is missing", "docs/airtime.md lists the fields");
  }
  const nlohmann::json& value = json.at(field.name);
  if (!value.is_number())
    throw base::InputError(source, place, "is not a number", "write it like 3.3");
  const auto number = value.get<double>();
  // Written so that NaN is refused, too.
  if (!(number >= field.least && number <= field.largest)) {
    throw base::InputError(source, place, fmt::format("{:g} is out of range", number),
                           fmt::format("give {:g} to {:g}", field.least, field.largest));
  }
  field.set(profile, number);
}

const std::vector<Profile>& examples() {
  static const std::vector<Profile> profiles = [] {
    Profile small;
    small.name = "sx1276-13dbm";
    small.source =
        "example: Semtech SX1276 data sheet, typical: 29 mA at +13 dBm, 10.8 mA receiving, 0.2 uA "
        "asleep; two receive windows of 8 symbols; 2400 mAh that lose 2 % a year";
    small.radios = "lorawan-";
    small.supply_volts = 3.3;
    small.battery_milliampere_hours = 2400.0;
    small.usable_share = 0.8;
    small.sleep_microamperes = 0.2;
    small.transmit_milliamperes = 29.0;
    small.receive_milliamperes = 10.8;
    Profile strong = small;
    strong.name = "sx1276-20dbm";
    strong.source =
        "example: Semtech SX1276 data sheet, typical: 120 mA at +20 dBm, 10.8 mA receiving, 0.2 uA "
        "asleep; two receive windows of 8 symbols; 2400 mAh that lose 2 % a year";
    strong.transmit_milliamperes = 120.0;
    return std::vector{small, strong};
  }();
  return profiles;
}

}  // namespace

std::span<const Profile> built_in_profiles() {
  return examples();
}

Profile parse_profile(std::string_view text, const std::string& source) {
  const auto json = text::parsed_json<nlohmann::json>(text);
  if (!json.is_object()) {
    throw base::InputError(source, "", "is not a JSON object", "docs/airtime.md shows a profile");
  }
  Profile profile;
  for (const auto& [name, value] : json.items()) {
    const auto text_field = std::ranges::find(texts, std::string_view(name), &TextField::name);
    if (text_field != texts.end()) {
      const std::string place = fmt::format("field '{}'", name);
      if (!value.is_string()) throw base::InputError(source, place, "is not a string", "");
      profile.*(text_field->value) = value.get<std::string>();
      continue;
    }
    bool known = false;
    for (const Field& field : fields) known = known || name == field.name;
    if (!known) {
      throw base::InputError(source, "",
                             fmt::format("the field {} is unknown", text::in_quotes(name)),
                             "docs/airtime.md lists the fields");
    }
  }
  for (const Field& field : fields) read_number(json, field, source, profile);
  return profile;
}

Profile profile_of(const std::string& name_or_path) {
  std::string names;
  for (const Profile& profile : examples()) {
    if (profile.name == name_or_path) return profile;
    names += fmt::format("{}{}", names.empty() ? "" : " ", profile.name);
  }
  const auto text = base::read_file(name_or_path);
  if (!text) {
    throw base::OptionError(
        "profile", "", text::in_quotes(name_or_path) + " is neither a file nor a built-in profile",
        "the built-in profiles are " + names);
  }
  return parse_profile(*text, name_or_path);
}

}  // namespace terse::airtime
