// Any bytes are a radio profile whose energies are finite and not below 0, or an InputError.
#include <cmath>
#include <cstdint>
#include <string_view>

#include "terse/airtime/energy.h"
#include "terse/airtime/profile.h"
#include "terse/airtime/radios.h"
#include "terse/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse;
  try {
    const airtime::Profile profile =
        airtime::parse_profile({reinterpret_cast<const char*>(data), size}, "fuzz.json");
    for (const airtime::Radio& radio : airtime::radios()) {
      const auto joules = airtime::message_joules(profile, radio, airtime::sending(radio, size));
      if (!joules) continue;
      TERSE_CHECK(std::isfinite(*joules) && *joules >= 0.0);
      TERSE_CHECK(airtime::battery_days(profile, *joules, 900.0) >= 0.0);
    }
  } catch (const base::InputError&) {
    // Not a profile.
  }
  return 0;
}
