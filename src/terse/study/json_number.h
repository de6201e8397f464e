// Numbers in the JSON of trials and summaries.
#pragma once

#include <limits>
#include <nlohmann/json.hpp>

namespace terse::study {

/// null, as which dump() writes every number that is not finite, is NaN.
inline double number_of(const nlohmann::ordered_json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

}  // namespace terse::study
