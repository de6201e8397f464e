// The standard normal distribution.
#pragma once

namespace terse::stats {

/// The probability that a standard normal number is below z.
double normal_share(double z);

/// The reverse: p in (0, 1).
double normal_quantile(double p);

}  // namespace terse::stats
