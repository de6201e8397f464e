#include "terse/quantize/soft_step.h"

#include <cmath>

#include "terse/base/error.h"

namespace terse::quantize {

double soft_step(double reading, double threshold, double temperature) {
  TERSE_CHECK(temperature > 0);
  const double distance = (reading - threshold) / temperature;
  // exp() of a non-positive number only: neither overflow nor cancellation near 0 and 1.
  const double small = std::exp(-std::abs(distance));
  return (distance >= 0 ? 1 : small) / (1 + small);
}

SoftStepSlope soft_step_slope(double reading, double threshold, double temperature) {
  TERSE_CHECK(temperature > 0);
  const double distance = (reading - threshold) / temperature;
  const double small = std::exp(-std::abs(distance));
  const double slope = small / ((1 + small) * (1 + small)) / temperature;
  return {.reading = slope, .threshold = -slope, .temperature = -slope * distance};
}

double soft_code(double reading, std::span<const float> thresholds, double temperature) {
  double sum = 0;
  for (const float threshold : thresholds) sum += soft_step(reading, threshold, temperature);
  return sum;
}

}  // namespace terse::quantize
