// Splits of a table into rows for training and rows for testing, and the scale of both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/data/table.h"

namespace terse::data {

struct Split {
  std::vector<std::uint32_t> train;
  std::vector<std::uint32_t> test;
};

/// A random 1 - fraction / fraction split of rows 0..rows-1; the test part has round(fraction *
/// rows) rows, at least 1 when fraction > 0. Same seed, same split.
Split random_split(std::size_t rows, double test_fraction, std::uint64_t seed);

/// As random_split, with every class in both parts in proportion to its share: quotas of the test
/// part are rounded by largest remainders, and each class keeps a row to train on. classes: one
/// class index per row, finite.
Split stratified_split(std::span<const float> classes, double test_fraction, std::uint64_t seed);

/// The split of a training: stratified if the table has classes, else random.
Split split_table(const Table& table, double test_fraction, std::uint64_t seed);

/// k splits whose test parts partition the rows (sizes differ by at most one).
std::vector<Split> folds(std::span<const std::uint32_t> rows, std::size_t k, std::uint64_t seed);

/// Standardisation by mean and population standard deviation: z = float((double(x) - mean) /
/// deviation). A constant column has deviation 1. z is a non-decreasing function of x, which
/// folding relies on.
struct Scaler {
  std::vector<double> mean;
  std::vector<double> deviation;

  float standardised(float value, std::size_t column) const {
    return static_cast<float>((static_cast<double>(value) - mean[column]) / deviation[column]);
  }
};

/// From the given rows of values; sums in double, two passes.
Scaler fit_scaler(base::ConstMatrixView values, std::span<const std::uint32_t> rows);
/// rows.size() x columns, standardised.
base::Matrix standardise(base::ConstMatrixView values, std::span<const std::uint32_t> rows,
                         const Scaler& scaler);

}  // namespace terse::data
