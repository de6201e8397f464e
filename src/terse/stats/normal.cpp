#include "terse/stats/normal.h"

#include <boost/math/special_functions/erf.hpp>
#include <cmath>

namespace terse::stats {

double normal_share(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

double normal_quantile(double p) {
  return -std::sqrt(2.0) * boost::math::erfc_inv(2.0 * p);
}

}  // namespace terse::stats
