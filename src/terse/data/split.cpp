#include "terse/data/split.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/random.h"
#include "terse/data/copies.h"
#include "terse/data/limits.h"

namespace terse::data {
namespace {

// Streams of one seed (see random.h), so that a split and folds of the same seed are independent.
enum class Stream : std::uint64_t { split = 0x73706c6974, folds = 0x666f6c6473 };

// Rows that stay together, one group after the other.
struct Groups {
  std::vector<std::uint32_t> rows;  // ascending within a group
  std::vector<std::size_t> begin;   // of each group in rows; and the end

  std::size_t count() const { return begin.size() - 1; }
  std::size_t size(std::size_t group) const { return begin[group + 1] - begin[group]; }
  std::span<const std::uint32_t> of(std::size_t group) const {
    return std::span(rows).subspan(begin[group], size(group));
  }
};

// The groups in the order in which `order` has the first row of each: the place of a group then
// does not depend on its size.
Groups groups_in(std::vector<std::uint32_t> order, std::span<const std::uint32_t> numbers) {
  Groups groups;
  if (numbers.empty()) {
    groups.begin.resize(order.size() + 1);
    std::iota(groups.begin.begin(), groups.begin.end(), std::size_t{0});
    groups.rows = std::move(order);
    return groups;
  }
  std::vector<std::uint32_t> place(numbers.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return numbers[a] != numbers[b] ? numbers[a] < numbers[b] : a < b;
  });
  std::vector<std::span<const std::uint32_t>> found;
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && numbers[order[end]] == numbers[order[begin]]) ++end;
    found.push_back(std::span(order).subspan(begin, end - begin));
  }
  std::ranges::sort(found, {}, [&](const auto& rows) { return place[rows.front()]; });
  groups.begin.push_back(0);
  for (const auto& rows : found) {
    groups.rows.insert(groups.rows.end(), rows.begin(), rows.end());
    groups.begin.push_back(groups.rows.size());
  }
  return groups;
}

// Both parts in ascending order: rows are then read in the order of memory.
void sort(Split& split) {
  std::ranges::sort(split.test);
  std::ranges::sort(split.train);
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

// The groups to test: of each class, in their order, those that bring its share closer to the
// wanted number of rows, never the last one. left: the number of groups of each class.
std::vector<bool> tested(const Groups& groups, std::span<const std::size_t> class_of,
                         std::vector<std::size_t> left, std::vector<std::size_t> wanted) {
  std::vector<bool> result(groups.count());
  for (std::size_t group = 0; group < groups.count(); ++group) {
    std::size_t& rows = wanted[class_of[group]];
    const std::size_t size = groups.size(group);
    if (size >= 2 * rows || left[class_of[group]] == 1) continue;
    result[group] = true;
    rows -= std::min(rows, size);
    --left[class_of[group]];
  }
  return result;
}

// Where each group is larger than the test part, the smallest one of a class with others has to do.
void test_smallest(const Groups& groups, std::span<const std::size_t> class_of,
                   std::span<const std::size_t> groups_of_class, std::vector<bool>& test) {
  std::optional<std::size_t> best;
  for (std::size_t group = 0; group < groups.count(); ++group) {
    if (groups_of_class[class_of[group]] < 2) continue;
    if (!best || groups.size(group) < groups.size(*best)) best = group;
  }
  if (best) test[*best] = true;
  if (groups.count() > 1) return;
  throw base::OptionError("keep_copies_together", "", "all rows are copies of one",
                          "leave it out, or give more data");
}

// class_of: a class index per row, all below `classes`.
Split split_groups(std::span<const std::size_t> class_of, std::size_t classes, double test_fraction,
                   std::uint64_t seed, std::span<const std::uint32_t> numbers) {
  const std::size_t rows = class_of.size();
  const std::size_t wanted = test_rows(rows, test_fraction);
  TERSE_CHECK(numbers.empty() || numbers.size() == rows);
  const Groups groups = groups_in(
      base::shuffled_rows(rows, seed, static_cast<std::uint64_t>(Stream::split)), numbers);
  std::vector<std::size_t> class_rows(classes);
  std::vector<std::size_t> groups_of_class(classes);
  std::vector<std::size_t> class_of_group;
  for (std::size_t group = 0; group < groups.count(); ++group) {
    class_of_group.push_back(class_of[groups.of(group).front()]);
    class_rows[class_of_group.back()] += groups.size(group);
    ++groups_of_class[class_of_group.back()];
  }
  std::vector<bool> test =
      tested(groups, class_of_group, groups_of_class, quotas(class_rows, rows, wanted));
  if (wanted > 0 && std::ranges::find(test, true) == test.end()) {
    test_smallest(groups, class_of_group, groups_of_class, test);
  }
  Split split;
  for (std::size_t group = 0; group < groups.count(); ++group) {
    auto& part = test[group] ? split.test : split.train;
    part.insert(part.end(), groups.of(group).begin(), groups.of(group).end());
  }
  sort(split);
  return split;
}

// The fold of each group: the one in whose share of the rows its middle lies.
std::vector<std::size_t> folds_in_order(const Groups& groups, std::size_t k) {
  const std::size_t rows = groups.rows.size();
  std::vector<std::size_t> result;
  std::size_t fold = 0;
  const auto end_of = [&](std::size_t f) {
    return (f + 1) * (rows / k) + std::min(f + 1, rows % k);
  };
  for (std::size_t group = 0; group < groups.count(); ++group) {
    const std::size_t twice_the_middle = 2 * groups.begin[group] + groups.size(group);
    while (twice_the_middle >= 2 * end_of(fold)) ++fold;
    result.push_back(fold);
  }
  return result;
}

// The largest group first, each to the fold with the fewest rows: none stays empty.
std::vector<std::size_t> balanced_folds(const Groups& groups, std::size_t k) {
  std::vector<std::size_t> order(groups.count());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](auto group) { return groups.size(group); });
  std::vector<std::size_t> rows(k);
  std::vector<std::size_t> result(groups.count());
  for (const std::size_t group : order) {
    const auto lightest = std::ranges::min_element(rows);
    *lightest += groups.size(group);
    result[group] = static_cast<std::size_t>(lightest - rows.begin());
  }
  return result;
}

bool all_used(std::span<const std::size_t> fold_of, std::size_t k) {
  std::vector<bool> used(k);
  for (const std::size_t fold : fold_of) used[fold] = true;
  return std::ranges::find(used, false) == used.end();
}

}  // namespace

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

std::string_view name(Copies copies) {
  switch (copies) {
    case Copies::features:
      return "features";
    case Copies::rows:
      return "rows";
    case Copies::apart:
      break;
  }
  return "no";
}

std::optional<Copies> parse_copies(std::string_view word) {
  for (const Copies copies : {Copies::apart, Copies::features, Copies::rows}) {
    if (name(copies) == word) return copies;
  }
  return std::nullopt;
}

std::vector<std::uint32_t> groups_of_copies(const Table& table, Copies copies) {
  if (copies == Copies::apart) return {};
  return first_copies(table, copies == Copies::rows);
}

Split random_split(std::size_t rows, double test_fraction, std::uint64_t seed,
                   std::span<const std::uint32_t> groups) {
  return split_groups(std::vector<std::size_t>(rows), 1, test_fraction, seed, groups);
}

Split stratified_split(std::span<const float> classes, double test_fraction, std::uint64_t seed,
                       std::span<const std::uint32_t> groups) {
  std::vector<float> labels(classes.begin(), classes.end());
  std::ranges::sort(labels);
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  std::vector<std::size_t> class_of;
  for (const float label : classes) {
    const auto place = std::ranges::lower_bound(labels, label);
    class_of.push_back(static_cast<std::size_t>(place - labels.begin()));
  }
  return split_groups(class_of, labels.size(), test_fraction, seed, groups);
}

Split split_table(const Table& table, double test_fraction, std::uint64_t seed, Copies copies) {
  const auto groups = groups_of_copies(table, copies);
  for (std::size_t t = 0; t < table.targets(); ++t) {
    const TargetView target = table.target_view(t);
    if (!target.classes.empty()) {
      return stratified_split(target.values, test_fraction, seed, groups);
    }
  }
  return random_split(table.rows(), test_fraction, seed, groups);
}

std::vector<Split> folds(std::span<const std::uint32_t> rows, std::size_t k, std::uint64_t seed,
                         std::span<const std::uint32_t> groups) {
  if (k < 2 || k > rows.size()) {
    throw base::OptionError("folds", "", fmt::format("{} folds of {} rows", k, rows.size()),
                            "choose from 2 to the number of rows");
  }
  std::vector<std::uint32_t> order(rows.begin(), rows.end());
  base::Random(seed, static_cast<std::uint64_t>(Stream::folds)).shuffle(order);
  const Groups all = groups_in(std::move(order), groups);
  if (all.count() < k) {
    throw base::OptionError("folds", "",
                            fmt::format("{} folds of {} groups of copies", k, all.count()),
                            "choose fewer, or leave `keep_copies_together` out");
  }
  std::vector<std::size_t> fold_of = folds_in_order(all, k);
  if (!all_used(fold_of, k)) fold_of = balanced_folds(all, k);
  std::vector<Split> splits(k);
  for (std::size_t group = 0; group < all.count(); ++group) {
    for (std::size_t fold = 0; fold < k; ++fold) {
      auto& part = fold == fold_of[group] ? splits[fold].test : splits[fold].train;
      part.insert(part.end(), all.of(group).begin(), all.of(group).end());
    }
  }
  for (Split& split : splits) sort(split);
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
