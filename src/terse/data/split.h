// Splits of a table into rows for training and rows for testing, their kinds, and the scale of both
// parts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/data/table.h"

namespace terse::data {

struct Split {
  std::vector<std::uint32_t> train;
  std::vector<std::uint32_t> test;
};

enum class SplitKind : std::uint8_t {
  random,  ///< every row by itself, classes in proportion
  last,    ///< the last rows test; those before them validate
  blocks,  ///< blocks of neighbouring rows, drawn whole
  groups,  ///< rows of one value of a column, drawn whole
  column   ///< a column holds train, validation or test
};

inline constexpr std::size_t blocks_default = 20;

/// One kind of split, used between training and test part and, inside the training part, for every
/// validation part.
struct SplitRule {
  SplitKind kind = SplitKind::random;
  std::size_t blocks = blocks_default;  ///< blocks: how many the table is cut into
  std::string column = {};              ///< groups, column: its name

  bool operator==(const SplitRule&) const = default;
};

/// Rows that count as copies of each other, and stay on one side of a split: a copy of a training
/// row in the test part measures memory, not prediction.
enum class Copies : std::uint8_t {
  apart,     ///< none: every row is drawn by itself
  features,  ///< rows with equal features, whatever their targets
  rows       ///< rows with equal features and equal target
};

/// "no", "features", "rows".
std::string_view name(Copies copies);
/// The reverse; nothing for another word.
std::optional<Copies> parse_copies(std::string_view name);

/// A number per row of the table, equal for copies: the `groups` of splits. Empty for
/// Copies::apart.
std::vector<std::uint32_t> groups_of_copies(const Table& table, Copies copies);

/// Rows of the test part: round(fraction * rows), at least 1 when fraction > 0. Throws OptionError
/// for a fraction outside [0, 1) and where no row would be left to train on.
std::size_t test_rows(std::size_t rows, double test_fraction);

/// A random 1 - fraction / fraction split of rows 0..rows-1; the test part has test_rows()
/// rows. Same seed, same split.
///
/// groups: a number per row; rows of one number stay together. Empty: each row is drawn by itself,
/// which is also the result if all numbers differ. Whole groups are taken as they come in a random
/// order, so that each is as likely to be tested as any other, while they bring the test part
/// closer to its size, which is missed by less than half a group. Throws OptionError if the rows
/// are all one group.
Split random_split(std::size_t rows, double test_fraction, std::uint64_t seed,
                   std::span<const std::uint32_t> groups = {});

/// As random_split, with every class in both parts in proportion to its share: quotas of the test
/// part are rounded by largest remainders, and each class keeps a row to train on. classes: one
/// class index per row, finite; a group has the class of its first row.
Split stratified_split(std::span<const float> classes, double test_fraction, std::uint64_t seed,
                       std::span<const std::uint32_t> groups = {});

/// The split of a training: stratified by the first target that is a class, else random.
Split split_table(const Table& table, double test_fraction, std::uint64_t seed,
                  Copies copies = Copies::apart);

/// k splits whose test parts partition the rows (sizes differ by at most one). groups: a number per
/// row of the table; rows of one number stay in one fold, whose size is missed by about half a
/// group. Throws OptionError for fewer than two folds, or more than there are rows or groups.
std::vector<Split> folds(std::span<const std::uint32_t> rows, std::size_t k, std::uint64_t seed,
                         std::span<const std::uint32_t> groups = {});

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
