#include "terse/data/near_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "terse/text/ascii.h"
#include "terse/text/quoting.h"

namespace terse::data {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = text::lower(a[i - 1]) == text::lower(b[j - 1]);
      const std::size_t replaced = diagonal + (same ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::vector<std::string> near_names(std::string_view wanted, std::span<const std::string> names) {
  constexpr std::size_t count_max = 3;
  // The cost is the product of the lengths: absurdly long names get no advice.
  constexpr std::size_t length_max = 256;
  if (wanted.empty() || wanted.size() > length_max) return {};
  const std::size_t distance_max = std::max<std::size_t>(1, wanted.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const std::string& name : names) {
    if (name.size() > length_max) continue;
    const std::size_t distance = edit_distance(wanted, name);
    if (distance <= distance_max) {
      found.emplace_back(distance, name);
    } else if (wanted.size() > 2 && name.find(wanted) != std::string::npos) {
      found.emplace_back(distance_max + 1, name);
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  if (found.size() > count_max) found.resize(count_max);
  std::vector<std::string> nearest;
  for (auto& [distance, name] : found) nearest.push_back(std::move(name));
  return nearest;
}

std::string name_advice(std::string_view wanted, std::span<const std::string> names) {
  constexpr std::size_t shown_max = 10;
  std::vector<std::string> shown = near_names(wanted, names);
  const bool near = !shown.empty();
  if (!near) shown.assign(names.begin(), names.begin() + std::min(names.size(), shown_max));
  for (std::string& name : shown) name = text::in_quotes(name);
  return fmt::format("{} {}{}", near ? "near matches:" : "the columns are", fmt::join(shown, ", "),
                     !near && names.size() > shown_max ? ", ..." : "");
}

}  // namespace terse::data
