#include "terse/airtime/energy.h"

#include <limits>

#include "terse/base/error.h"

namespace terse::airtime {

std::optional<double> message_joules(const Profile& profile, const Radio& radio,
                                     const Sending& sent, const Network& network) {
  if (!radio.id.starts_with(profile.radios)) return std::nullopt;
  if (!sent.seconds) {
    if (profile.message_millijoules <= 0.0) return std::nullopt;
    return 1e-3 * (profile.message_millijoules +
                   static_cast<double>(sent.bytes) * profile.byte_millijoules);
  }
  const double listening = profile.receive_seconds
                               ? static_cast<double>(sent.frames) * *profile.receive_seconds
                               : listening_seconds(radio, sent, network, profile.receive_symbols);
  const double charge = *sent.seconds * profile.transmit_milliamperes +
                        listening * profile.receive_milliamperes;  // milliampere seconds
  return 1e-3 * (profile.supply_volts * charge + profile.message_millijoules);
}

double battery_days(const Profile& profile, double joules_per_message, double interval_seconds) {
  TERSE_CHECK(interval_seconds > 0.0);
  constexpr double seconds_per_day = 86'400.0;
  constexpr double seconds_per_year = 365.25 * seconds_per_day;
  const double battery_joules = profile.battery_milliampere_hours * 3.6 * profile.supply_volts;
  const double watts = 1e-6 * profile.sleep_microamperes * profile.supply_volts +
                       joules_per_message / interval_seconds +
                       battery_joules * 1e-2 * profile.self_discharge_percent / seconds_per_year;
  if (watts <= 0.0) return std::numeric_limits<double>::infinity();
  return profile.usable_share * battery_joules / watts / seconds_per_day;
}

}  // namespace terse::airtime
