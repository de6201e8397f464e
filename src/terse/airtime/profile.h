// Power profiles of devices: currents and battery.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace terse::airtime {

/// A radio's currents and its battery, as docs/airtime.md describes the JSON file.
struct Profile {
  std::string name;
  std::string source;  ///< where the figures come from
  std::string radios;  ///< for radios whose id begins so; empty: for all
  double supply_volts = 0.0;
  double battery_milliampere_hours = 0.0;
  double usable_share = 1.0;            ///< of the battery, at cut-off
  double self_discharge_percent = 2.0;  ///< of the capacity a year
  double sleep_microamperes = 0.0;
  double transmit_milliamperes = 0.0;
  double receive_milliamperes = 0.0;
  /// Listening after each frame, as measured; without it a LoRaWAN device opens both windows for
  /// `receive_symbols`, and others do not listen.
  std::optional<double> receive_seconds;
  double receive_symbols = 8.0;
  double message_millijoules = 0.0;  ///< besides sending: waking, measuring, and on cellular radios
                                     ///< all of connecting and waiting
  double byte_millijoules = 0.0;     ///< cellular radios: what one byte more on the way costs
};

/// Examples: typical values of data sheets, for the radio alone.
std::span<const Profile> built_in_profiles();

/// A built-in profile's name, or the path of a JSON file. Throws InputError naming file and field.
Profile profile_of(const std::string& name_or_path);
/// `text`: the file's content. Throws InputError naming `source` and the field.
Profile parse_profile(std::string_view text, const std::string& source);

}  // namespace terse::airtime
