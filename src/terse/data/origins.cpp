#include "terse/data/origins.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "terse/text/quoting.h"

namespace terse::data {
namespace {

// With more steps over their range than levels could ever tell apart, nothing is lost.
constexpr double steps_min = 65536.0;

std::vector<double> distinct(const std::vector<double>& values) {
  std::vector<double> result;
  for (const double value : values) {
    if (std::isfinite(value)) result.push_back(value);
  }
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

std::size_t apart_in_float(const std::vector<double>& ascending, double origin) {
  std::size_t count = 0;
  float before = std::numeric_limits<float>::quiet_NaN();
  for (const double value : ascending) {
    const auto difference = static_cast<float>(value - origin);
    count += difference != before;
    before = difference;
  }
  return count;
}

// The roundest number within the range: people have to subtract it too.
double round_origin(double low, double high) {
  const double middle = low + (high - low) / 2.0;
  for (double step = std::pow(10.0, std::floor(std::log10(std::abs(middle)))); step > 1e-300;
       step /= 10.0) {
    const double origin = std::round(middle / step) * step;
    // Within ten ranges of them the differences are as fine as need be.
    if (std::abs(origin - middle) <= 10.0 * (high - low)) return origin;
  }
  return low;
}

}  // namespace

std::vector<std::string> merged_columns(const Frame& frame) {
  std::vector<std::string> names;
  for (const Column& column : frame.columns) {
    if (!column.long_numbers || !column.categories.empty()) continue;
    float low = std::numeric_limits<float>::infinity();
    float high = -low;
    for (const float value : column.values) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    if (!(low <= high)) continue;
    const float largest = std::max(std::abs(low), std::abs(high));
    const double step = std::nextafter(largest, std::numeric_limits<float>::infinity()) - largest;
    const double range = static_cast<double>(high) - static_cast<double>(low);
    if (range < steps_min * step) names.push_back(column.name);
  }
  return names;
}

OriginColumns::OriginColumns(const Frame& frame, const std::vector<ColumnOrigin>& wanted) {
  for (std::size_t index = 0; index < frame.columns.size(); ++index) {
    for (const ColumnOrigin& one : wanted) {
      if (one.column == frame.columns[index].name) own_.push_back({index, one.origin, {}});
    }
  }
}

void OriginColumns::append(std::size_t column, const Cell& cell, const CellReader& cells,
                           std::string_view text) {
  for (Own& own : own_) {
    if (own.column != column) continue;
    // What is too small for a double is the zero that the cell is.
    const double exact = cell.kind == CellKind::number ? cells.exact(text) : cell.value;
    own.values.push_back(std::isnan(exact) ? static_cast<double>(cell.value) : exact);
  }
}

void OriginColumns::append(std::size_t column, double exact) {
  for (Own& own : own_) {
    if (own.column == column) own.values.push_back(exact);
  }
}

void OriginColumns::drop_row() {
  for (Own& own : own_) {
    if (!own.values.empty()) own.values.pop_back();
  }
}

void OriginColumns::finish(Frame& frame) {
  for (Own& own : own_) {
    Column& column = frame.columns[own.column];
    // Kept as text after all.
    if (!column.categories.empty() || own.values.size() != column.values.size()) continue;
    if (!own.origin) {
      const std::vector<double> ascending = distinct(own.values);
      if (ascending.empty()) continue;
      if (ascending.size() == 1) {
        // Nothing is lost but the number itself, which messages show.
        column.origin = ascending.front();
        for (float& value : column.values) value = std::isfinite(value) ? 0.0F : value;
        continue;
      }
      const std::size_t plain = apart_in_float(ascending, 0.0);
      if (plain == ascending.size()) continue;
      own.origin = round_origin(ascending.front(), ascending.back());
      const std::size_t apart = apart_in_float(ascending, *own.origin);
      frame.notes.push_back(fmt::format(
          "{} is taken as its difference from {}: float32 holds {} of its {} numbers apart, of the "
          "differences {}",
          text::in_quotes(column.name), *own.origin, plain, ascending.size(), apart));
    }
    column.origin = *own.origin;
    for (std::size_t row = 0; row < own.values.size(); ++row) {
      column.values[row] = static_cast<float>(own.values[row] - column.origin);
    }
  }
}

}  // namespace terse::data
