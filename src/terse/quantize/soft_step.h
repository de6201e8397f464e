// The soft step that lets thresholds learn, and its derivatives, as closed forms in double (paper,
// section 3.2 and appendix C). Written to be read and to check faster code against, not to be fast.
#pragma once

#include <span>

namespace terse::quantize {

/// sigma((reading - threshold) / temperature), 0..1: the chance that rounding calls a step. Exact
/// to rounding at both ends, no overflow. temperature > 0.
double soft_step(double reading, double threshold, double temperature);

/// The partial derivatives of soft_step at one point, s its value:
///   reading      s (1 - s) / temperature
///   threshold   -s (1 - s) / temperature
///   temperature -s (1 - s) (reading - threshold) / temperature^2
struct SoftStepSlope {
  double reading;
  double threshold;
  double temperature;
};
SoftStepSlope soft_step_slope(double reading, double threshold, double temperature);

/// The soft code of method SQ: the sum of the soft steps at every threshold, 0..M.
double soft_code(double reading, std::span<const float> thresholds, double temperature);

}  // namespace terse::quantize
