#include "terse/data/split.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/random.h"
#include "terse/data/limits.h"

namespace terse::data {
namespace {

// Streams of one seed (see random.h), so that a split and folds of the same seed are independent.
enum class Stream : std::uint64_t { split = 0x73706c6974, folds = 0x666f6c6473 };

// Both parts in ascending order: rows are then read in the order of memory.
Split sorted(std::span<const std::uint32_t> train_before, std::span<const std::uint32_t> test,
             std::span<const std::uint32_t> train_behind) {
  Split split;
  split.test.assign(test.begin(), test.end());
  split.train.reserve(train_before.size() + train_behind.size());
  split.train.assign(train_before.begin(), train_before.end());
  split.train.insert(split.train.end(), train_behind.begin(), train_behind.end());
  std::sort(split.test.begin(), split.test.end());
  std::sort(split.train.begin(), split.train.end());
  return split;
}

std::size_t test_rows(std::size_t rows, double test_fraction) {
  TERSE_CHECK(rows <= rows_max);
  if (!(test_fraction >= 0.0 && test_fraction < 1.0)) {
    throw base::OptionError("test_fraction", "", fmt::format("is {}", test_fraction),
                            "choose a number from 0 to below 1");
  }
  std::size_t count =
      static_cast<std::size_t>(std::llround(test_fraction * static_cast<double>(rows)));
  if (test_fraction > 0.0) count = std::max<std::size_t>(count, 1);
  if (count >= rows) {
    throw base::OptionError(
        "test_fraction", "",
        fmt::format("{} of {} rows leaves none to train on", test_fraction, rows),
        "choose a smaller fraction");
  }
  return count;
}

// The number of test rows of each class: whole parts first, then one more where the remainder is
// largest.
std::vector<std::size_t> quotas(const std::vector<std::size_t>& class_rows, std::size_t rows,
                                std::size_t wanted) {
  struct Claim {
    std::size_t remainder;  // in units of 1 / rows
    std::size_t index;
  };
  std::vector<std::size_t> result;
  std::vector<Claim> claims;
  std::size_t given = 0;
  for (std::size_t index = 0; index < class_rows.size(); ++index) {
    const std::size_t exact = class_rows[index] * wanted;
    result.push_back(exact / rows);
    given += result.back();
    if (class_rows[index] > result.back() + 1) claims.push_back({exact % rows, index});
  }
  std::stable_sort(claims.begin(), claims.end(),
                   [](const Claim& a, const Claim& b) { return a.remainder > b.remainder; });
  for (const Claim& claim : claims) {
    if (given == wanted) break;
    ++result[claim.index];
    ++given;
  }
  return result;
}

}  // namespace

Split random_split(std::size_t rows, double test_fraction, std::uint64_t seed) {
  const std::size_t count = test_rows(rows, test_fraction);
  const auto order = base::shuffled_rows(rows, seed, static_cast<std::uint64_t>(Stream::split));
  const std::span<const std::uint32_t> all(order);
  return sorted({}, all.first(count), all.subspan(count));
}

Split stratified_split(std::span<const float> classes, double test_fraction, std::uint64_t seed) {
  const std::size_t rows = classes.size();
  const std::size_t wanted = test_rows(rows, test_fraction);
  auto order = base::shuffled_rows(rows, seed, static_cast<std::uint64_t>(Stream::split));
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return classes[a] < classes[b]; });
  std::vector<std::size_t> class_rows;
  for (std::size_t i = 0; i < rows; ++i) {
    if (i == 0 || classes[order[i]] != classes[order[i - 1]]) class_rows.push_back(0);
    ++class_rows.back();
  }
  const std::vector<std::size_t> tested = quotas(class_rows, rows, wanted);
  std::vector<std::uint32_t> test;
  std::vector<std::uint32_t> train;
  auto next = order.begin();
  for (std::size_t index = 0; index < class_rows.size(); ++index) {
    const auto middle = next + static_cast<std::ptrdiff_t>(tested[index]);
    const auto end = next + static_cast<std::ptrdiff_t>(class_rows[index]);
    test.insert(test.end(), next, middle);
    train.insert(train.end(), middle, end);
    next = end;
  }
  return sorted(train, test, {});
}

Split split_table(const Table& table, double test_fraction, std::uint64_t seed) {
  return table.classes.empty() ? random_split(table.rows(), test_fraction, seed)
                               : stratified_split(table.target, test_fraction, seed);
}

std::vector<Split> folds(std::span<const std::uint32_t> rows, std::size_t k, std::uint64_t seed) {
  if (k < 2 || k > rows.size()) {
    throw base::OptionError("folds", "", fmt::format("{} folds of {} rows", k, rows.size()),
                            "choose from 2 to the number of rows");
  }
  std::vector<std::uint32_t> order(rows.begin(), rows.end());
  base::Random(seed, static_cast<std::uint64_t>(Stream::folds)).shuffle(order);
  const std::span<const std::uint32_t> all(order);
  const std::size_t larger = rows.size() % k;  // this many folds have one row more
  std::vector<Split> splits;
  std::size_t begin = 0;
  for (std::size_t fold = 0; fold < k; ++fold) {
    const std::size_t end = begin + rows.size() / k + (fold < larger ? 1 : 0);
    splits.push_back(sorted(all.first(begin), all.subspan(begin, end - begin), all.subspan(end)));
    begin = end;
  }
  return splits;
}

Scaler fit_scaler(base::ConstMatrixView values, std::span<const std::uint32_t> rows) {
  TERSE_CHECK(!rows.empty());
  const std::size_t columns = values.columns;
  const auto count = static_cast<double>(rows.size());
  const std::span<const float> first = values.row(rows.front());
  Scaler scaler{std::vector<double>(columns, 0.0), std::vector<double>(columns, 0.0)};
  std::vector<char> constant(columns, 1);
  for (const std::uint32_t row : rows) {
    const std::span<const float> cells = values.row(row);
    for (std::size_t column = 0; column < columns; ++column) {
      scaler.mean[column] += static_cast<double>(cells[column]);
      constant[column] = static_cast<char>(constant[column] & (cells[column] == first[column]));
    }
  }
  for (double& mean : scaler.mean) mean /= count;
  for (const std::uint32_t row : rows) {
    const std::span<const float> cells = values.row(row);
    for (std::size_t column = 0; column < columns; ++column) {
      const double difference = static_cast<double>(cells[column]) - scaler.mean[column];
      scaler.deviation[column] += difference * difference;
    }
  }
  for (std::size_t column = 0; column < columns; ++column) {
    scaler.deviation[column] = std::sqrt(scaler.deviation[column] / count);
    // Rounding must not turn a constant column into noise.
    if (constant[column] != 0) {
      scaler.mean[column] = static_cast<double>(first[column]);
      scaler.deviation[column] = 1.0;
    }
  }
  return scaler;
}

base::Matrix standardise(base::ConstMatrixView values, std::span<const std::uint32_t> rows,
                         const Scaler& scaler) {
  TERSE_CHECK(scaler.mean.size() == values.columns && scaler.deviation.size() == values.columns);
  base::Matrix result(rows.size(), values.columns);
  for (std::size_t index = 0; index < rows.size(); ++index) {
    const std::span<const float> from = values.row(rows[index]);
    const std::span<float> to = result.row(index);
    for (std::size_t column = 0; column < values.columns; ++column) {
      to[column] = scaler.standardised(from[column], column);
    }
  }
  return result;
}

}  // namespace terse::data
