#include "terse/data/categories.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "terse/data/cell.h"
#include "terse/text/ascii.h"

namespace terse::data {
namespace {

constexpr float gap = std::numeric_limits<float>::quiet_NaN();

// "3.0" says the same as "3"; no other two texts do.
std::string_view category_name(std::string_view text) {
  text = text::trimmed(text);
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || point + 1 == text.size()) return text;
  std::string_view whole = text.substr(0, point);
  if (whole.starts_with('-')) whole.remove_prefix(1);
  const bool number = !whole.empty() && whole.find_first_not_of("0123456789") == whole.npos &&
                      text.find_first_not_of('0', point + 1) == text.npos;
  return number ? text.substr(0, point) : text;
}

// Every row's name as an index into all names the column may have, which some of them may not.
Categories all_names(const Column& column) {
  if (!column.categories.empty()) return {column.categories, column.values};
  Categories result{{}, column.values};
  std::map<float, float> order;
  for (const float value : column.values) {
    if (!std::isnan(value)) order.emplace(value, 0.0F);
  }
  for (auto& [value, index] : order) {
    index = static_cast<float>(result.names.size());
    result.names.push_back(fmt::format("{}", value == 0.0F ? 0.0F : value));
  }
  for (float& value : result.indices) {
    if (!std::isnan(value)) value = order.find(value)->second;
  }
  return result;
}

// New indices in place of the old ones.
void renumber(std::vector<float>& indices, const std::vector<float>& by_old) {
  for (float& index : indices) {
    index = std::isnan(index) ? gap : by_old[static_cast<std::size_t>(index)];
  }
}

bool comes_before(const std::string& a, const std::string& b, bool as_numbers) {
  if (!as_numbers) return a < b;
  const float left = parse_cell(a, true).value;
  const float right = parse_cell(b, true).value;
  return left != right ? left < right : a < b;
}

}  // namespace

void TextColumn::append(Column& column, std::string_view text, bool quoted) {
  const bool is_gap = words_are_names_ ? cells_.named_missing(text)
                                       : cells_.read(text, quoted).kind == CellKind::gap;
  if (is_gap) {
    mark(column, CellKind::gap, text);
    column.values.push_back(gap);
    return;
  }
  const std::string_view name = category_name(text);
  auto found = indices_.find(name);
  if (found == indices_.end()) {
    found = indices_.emplace(name, static_cast<float>(column.categories.size())).first;
    column.categories.emplace_back(name);
  }
  column.values.push_back(found->second);
}

Categories categorise(const Column& column) {
  Categories all = all_names(column);
  std::vector<bool> occurs(all.names.size(), false);
  for (const float index : all.indices) {
    if (!std::isnan(index)) occurs[static_cast<std::size_t>(index)] = true;
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < occurs.size(); ++i) {
    if (occurs[i]) order.push_back(i);
  }
  const bool numbers = std::ranges::all_of(order, [&](std::size_t i) {
    return parse_cell(all.names[i], true).kind == CellKind::number;
  });
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return comes_before(all.names[a], all.names[b], numbers);
  });
  Categories result;
  std::vector<float> by_old(all.names.size(), gap);
  for (const std::size_t old : order) {
    by_old[old] = static_cast<float>(result.names.size());
    result.names.push_back(std::move(all.names[old]));
  }
  result.indices = std::move(all.indices);
  renumber(result.indices, by_old);
  return result;
}

Categories categorise(const Column& column, const std::vector<std::string>& known) {
  Categories all = all_names(column);
  std::vector<float> by_old;
  for (const std::string& name : all.names) {
    const auto found = std::ranges::find(known, name);
    by_old.push_back(static_cast<float>(found - known.begin()));
  }
  renumber(all.indices, by_old);
  return {known, std::move(all.indices)};
}

std::vector<std::string> text_columns(const Frame& frame) {
  std::vector<std::string> names;
  for (const Column& column : frame.columns) {
    const bool text =
        column.first_text.present &&
        std::ranges::all_of(column.values, [](float value) { return !std::isfinite(value); });
    if (text || !column.categories.empty()) names.push_back(column.name);
  }
  return names;
}

}  // namespace terse::data
