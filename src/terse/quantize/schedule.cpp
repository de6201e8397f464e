#include "terse/quantize/schedule.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "terse/base/error.h"

namespace terse::quantize {
namespace {

constexpr std::array<std::pair<Schedule, std::string_view>, 5> names = {{
    {Schedule::exponential, "exponential"},
    {Schedule::linear, "linear"},
    {Schedule::warmup, "warmup"},
    {Schedule::cosine, "cosine"},
    {Schedule::cyclical, "cyclical"},
}};

/// Share of the way from 1 to the end temperature, 0..1, at `progress` = 0..1 of the training.
double descent(Schedule schedule, double progress) {
  switch (schedule) {
    case Schedule::warmup:
      return std::max(0.0, 2 * progress - 1);
    case Schedule::cosine:
      return (1 - std::cos(std::numbers::pi * progress)) / 2;
    case Schedule::cyclical: {
      const double third = 3 * progress;
      if (third <= 1) return third;
      return third <= 2 ? 2 - third : third - 2;
    }
    case Schedule::exponential:
    case Schedule::linear:
      break;
  }
  return progress;
}

}  // namespace

std::string_view name(Schedule schedule) {
  const auto index = static_cast<std::size_t>(schedule);
  TERSE_CHECK(index < names.size() && names[index].first == schedule);
  return names[index].second;
}

std::optional<Schedule> parse_schedule(std::string_view name) {
  for (const auto& [schedule, known] : names) {
    if (known == name) return schedule;
  }
  return std::nullopt;
}

float temperature(Schedule schedule, unsigned epoch, unsigned epochs, double end) {
  TERSE_CHECK(epoch < epochs && end > 0);
  double value = 1;
  if (schedule == Schedule::exponential) {
    value = std::pow(end, static_cast<double>(epoch) / epochs);
  } else if (epochs > 1) {
    value = 1 + (end - 1) * descent(schedule, static_cast<double>(epoch) / (epochs - 1));
  }
  return std::max(static_cast<float>(value), temperature_floor);
}

}  // namespace terse::quantize
