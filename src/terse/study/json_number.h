// Numbers in the JSON of trials and summaries.
#pragma once

#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

namespace terse::study {

/// null, as which dump() writes every number that is not finite, is NaN.
inline double number_of(const nlohmann::ordered_json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

/// A whole number as it stands: get() would cut 2.5, wrap -1 and has no defined value for 1e32.
/// Throws what get() throws for another type.
template <std::unsigned_integral Whole>
void read_whole(const nlohmann::ordered_json& value, Whole& target) {
  const auto number = value.get_ref<const nlohmann::ordered_json::number_unsigned_t&>();
  target = static_cast<Whole>(number);
  if (target != number) value.get_ref<const std::string&>();
}

template <std::unsigned_integral Whole>
void read_whole(const nlohmann::ordered_json& values, std::vector<Whole>& target) {
  target.clear();
  for (const nlohmann::ordered_json& value :
       values.get_ref<const nlohmann::ordered_json::array_t&>()) {
    read_whole(value, target.emplace_back());
  }
}

}  // namespace terse::study
