// Power profiles of devices: the energy of a message and the battery life that follow from them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "terse/airtime/radio.h"

namespace terse::airtime {

/// A radio's currents and its battery, as docs/airtime.md describes the JSON file.
struct Profile {
  std::string name;
  std::string source;  ///< where the figures come from
  std::string radios;  ///< for radios whose id begins so; empty: for all
  double supply_volts = 0.0;
  double battery_milliampere_hours = 0.0;
  double usable_share = 1.0;  ///< of the battery, after self-discharge and cut-off
  double sleep_microamperes = 0.0;
  double transmit_milliamperes = 0.0;
  double receive_milliamperes = 0.0;
  double receive_seconds = 0.0;      ///< listening after each frame
  double message_millijoules = 0.0;  ///< besides sending: waking, measuring, and on cellular radios
                                     ///< all of connecting and waiting
  double byte_millijoules = 0.0;     ///< cellular radios: what one byte more costs
};

/// Examples: typical values of data sheets, for the radio alone.
std::span<const Profile> built_in_profiles();

/// A built-in profile's name, or the path of a JSON file. Throws InputError naming file and field.
Profile profile_of(const std::string& name_or_path);
/// `text`: the file's content. Throws InputError naming `source` and the field.
Profile parse_profile(std::string_view text, const std::string& source);

/// Joules for one message, sleeping not counted; none if the profile is for other radios, or for a
/// cellular radio and says nothing about messages.
std::optional<double> message_joules(const Profile& profile, const Radio& radio,
                                     std::size_t payload_bytes);

/// Days until the battery is empty with a message every `interval_seconds` (above 0).
double battery_days(const Profile& profile, double joules_per_message, double interval_seconds);

}  // namespace terse::airtime
