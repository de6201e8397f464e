#include "terse/data/fried.h"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <numbers>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/data/limits.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

constexpr std::size_t feature_count = 10;

double rounded(double value) {
  return std::round(value * 1000.0) / 1000.0;
}

std::uint64_t number(const std::string& data, std::string_view text, std::string_view what,
                     std::uint64_t lowest, std::uint64_t highest) {
  const auto value = text::parse_number<std::uint64_t>(text);
  if (!value || *value < lowest || *value > highest) {
    throw base::InputError(
        data, "", fmt::format("{} is not a valid {}", text::in_quotes(text), what),
        fmt::format("write fried[:rows[:seed]] with a {} from {} to {}", what, lowest, highest));
  }
  return *value;
}

}  // namespace

Frame fried(std::uint64_t rows, std::uint64_t seed) {
  Frame frame;
  frame.source = fmt::format("fried:{}:{}", rows, seed);
  frame.rows = rows;
  frame.default_target = "y";
  frame.columns.resize(feature_count + 1);
  for (std::size_t index = 0; index < feature_count; ++index) {
    frame.columns[index].name = fmt::format("X{}", index + 1);
  }
  frame.columns[feature_count].name = frame.default_target;
  for (Column& column : frame.columns) column.values.reserve(rows);
  base::Random random(seed);
  std::array<double, feature_count> x{};
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (std::size_t index = 0; index < feature_count; ++index) {
      x[index] = rounded(random.uniform());
      frame.columns[index].values.push_back(static_cast<float>(x[index]));
    }
    const double bend = x[2] - 0.5;
    const double y = 10.0 * std::sin(std::numbers::pi * x[0] * x[1]) + 20.0 * bend * bend +
                     10.0 * x[3] + 5.0 * x[4] + random.normal();
    frame.columns[feature_count].values.push_back(static_cast<float>(rounded(y)));
  }
  return frame;
}

Frame read_fried(const std::string& data) {
  std::uint64_t rows = 40768;
  std::uint64_t seed = 0;
  const std::string_view text(data);
  const std::size_t first = text.find(':');
  if (first != std::string_view::npos) {
    const std::size_t second = text.find(':', first + 1);
    const std::size_t end = std::min(second, text.size());
    rows =
        number(data, text.substr(first + 1, end - first - 1), "number of rows", 1, fried_rows_max);
    if (second != std::string_view::npos) {
      seed = number(data, text.substr(second + 1), "seed", 0, UINT64_MAX);
    }
  }
  Frame frame = fried(rows, seed);
  frame.source = data;
  return frame;
}

}  // namespace terse::data
