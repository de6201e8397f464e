// Schedules of the temperature over the epochs (paper, section 3.3 and appendix D).
#pragma once

#include <optional>
#include <string_view>

#include "terse/quantize/method.h"

namespace terse::quantize {

/// No schedule goes below this temperature.
inline constexpr float temperature_floor = 1e-4F;

/// As `terse train --schedule` takes it.
std::string_view name(Schedule schedule);
/// The schedule of this name, or nothing.
std::optional<Schedule> parse_schedule(std::string_view name);

/// Temperature of epoch 0..epochs-1, from 1 towards `end` > 0, never below temperature_floor.
///   exponential: multiplied by end^(1/epochs) after each epoch, so the last epoch runs at
///                end^((epochs-1)/epochs)
///   linear:      equal steps; the last epoch of this and the following runs at `end`
///   warmup:      1 for the first half, then linear
///   cosine:      half a period, flat at both ends
///   cyclical:    a third of the epochs down, a third up to 1 again, a third down, linearly
/// A single epoch runs at 1 with every schedule.
float temperature(Schedule schedule, unsigned epoch, unsigned epochs, double end);

}  // namespace terse::quantize
