#include "terse/data/written_columns.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace terse::data {

bool is_written_index(const Frame& frame, std::size_t column) {
  const Column& own = frame.columns[column];
  if (!own.unnamed || column != 0 || frame.columns.size() < 2 || own.values.size() < 2)
    return false;
  const auto whole = [](float value) { return std::isfinite(value) && std::floor(value) == value; };
  if (!own.categories.empty() || !std::ranges::all_of(own.values, whole)) return false;
  std::vector<float> sorted = own.values;
  std::ranges::sort(sorted);
  return std::ranges::adjacent_find(sorted) == sorted.end();
}

bool is_blank(const Frame& frame, std::size_t column) {
  const Column& own = frame.columns[column];
  return own.unnamed && !own.first_text.present && !own.first_infinity.present &&
         own.first_gap.present && own.categories.empty() &&
         std::ranges::all_of(own.values, [](float value) { return std::isnan(value); });
}

}  // namespace terse::data
