// The energy of a message, and the life of the battery that follows from it.
#pragma once

#include <cstddef>
#include <optional>

#include "terse/airtime/profile.h"
#include "terse/airtime/sending.h"

namespace terse::airtime {

/// Joules for one message, sleeping not counted; none if the profile is for other radios, or for a
/// cellular radio and says nothing about messages. sent: the message on this radio; network: whose
/// windows a LoRaWAN device listens to.
std::optional<double> message_joules(const Profile& profile, const Radio& radio,
                                     const Sending& sent,
                                     const Network& network = standard_network());

/// Days until the battery is empty with a message every `interval_seconds` (above 0). Besides the
/// device, its own discharge empties it, at a constant rate; infinite if neither does.
double battery_days(const Profile& profile, double joules_per_message, double interval_seconds);

}  // namespace terse::airtime
