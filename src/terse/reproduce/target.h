// The tables and figures that can be reproduced, and the trainings that each needs.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "terse/quantize/method.h"

namespace terse::reproduce {

/// What one or several tables and figures need.
struct Needs {
  std::set<quantize::Method> methods;   ///< on every data set, over repeated splits
  std::set<unsigned> bits;              ///< of these
  bool wine_schedules = false;          ///< table 6
  bool superconduct_schedules = false;  ///< table 7
  bool device = false;                  ///< table 3: not trained, measured by scripts/bench-device
};

/// "table2", ..., "figure12", "all", in the order of the paper.
std::vector<std::string> target_names();

/// The union of what the named targets need. Throws InputError for an unknown name.
Needs needs_of(const std::vector<std::string>& targets);

}  // namespace terse::reproduce
