// The checks of JSON from outside before it is made into objects: nesting, size and names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace terse::text {

struct JsonLimits {
  std::size_t depth_max = 8;
  std::size_t names_max = 1000;         ///< in one object
  std::size_t values_max = 10'000'000;  ///< in all, containers included
};

/// The fault of `text` in a few words ("is not JSON at byte 17"), or nothing if it is one JSON
/// object within the limits in which no object holds a name twice.
std::string json_problem(std::string_view text, const JsonLimits& limits);

}  // namespace terse::text
