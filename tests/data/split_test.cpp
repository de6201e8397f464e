#include "terse/data/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "data/input_error.h"
#include "terse/base/random.h"

namespace terse::data {
namespace {

std::vector<std::uint32_t> first_rows(std::size_t count) {
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

void expect_partition(const Split& split, const std::vector<std::uint32_t>& rows) {
  std::vector<std::uint32_t> both = split.train;
  both.insert(both.end(), split.test.begin(), split.test.end());
  std::sort(both.begin(), both.end());
  EXPECT_EQ(both, rows);
  EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
  EXPECT_TRUE(std::is_sorted(split.test.begin(), split.test.end()));
}

TEST(Split, RandomSplitPartitionsTheRows) {
  for (const std::size_t rows : {2U, 3U, 10U, 997U}) {
    for (const double fraction : {0.0, 0.001, 0.1, 0.25, 0.5}) {
      const Split split = random_split(rows, fraction, 3);
      expect_partition(split, first_rows(rows));
      const double exact = fraction * static_cast<double>(rows);
      EXPECT_EQ(split.test.size(),
                fraction == 0.0 ? 0U : std::max(1U, static_cast<unsigned>(std::lround(exact))));
    }
  }
}

TEST(Split, SameSeedSameSplit) {
  EXPECT_EQ(random_split(1000, 0.2, 5).test, random_split(1000, 0.2, 5).test);
  EXPECT_NE(random_split(1000, 0.2, 5).test, random_split(1000, 0.2, 6).test);
}

TEST(Split, EveryRowIsEquallyLikelyToTest) {
  std::vector<int> count(50, 0);
  constexpr int seeds = 4000;
  for (int seed = 0; seed < seeds; ++seed) {
    for (const std::uint32_t row : random_split(50, 0.2, static_cast<std::uint64_t>(seed)).test) {
      ++count[row];
    }
  }
  // Binomial(4000, 0.2): standard deviation 25.3; five of them.
  for (const int times : count) EXPECT_NEAR(times, seeds / 5, 127);
}

TEST(Split, StratifiedPartsHoldEveryClassByItsShare) {
  // 700, 250, 45, 4 and 1 rows, mixed.
  std::vector<float> classes;
  for (unsigned row = 0; row < 1000; ++row) {
    const unsigned place = row * 617 % 1000;
    classes.push_back(place < 700   ? 2.0F
                      : place < 950 ? 0.0F
                      : place < 995 ? 1.0F
                      : place < 999 ? 4.0F
                                    : 3.0F);
  }
  for (const std::uint64_t seed : {0U, 1U, 2U}) {
    const Split split = stratified_split(classes, 0.1, seed);
    expect_partition(split, first_rows(1000));
    std::vector<int> tested(5, 0);
    for (const std::uint32_t row : split.test) ++tested[static_cast<std::size_t>(classes[row])];
    // Quotas 25, 4.5, 70, 0.1 and 0.4; the last place goes to the largest remainder.
    EXPECT_EQ(tested, (std::vector<int>{25, 5, 70, 0, 0}));
    EXPECT_EQ(stratified_split(classes, 0.1, seed).test, split.test);
  }
  EXPECT_NE(stratified_split(classes, 0.1, 0).test, stratified_split(classes, 0.1, 1).test);
  EXPECT_TRUE(stratified_split(classes, 0.0, 0).test.empty());
}

TEST(Split, StratifiedKeepsARowOfEachClassToTrainOn) {
  const std::vector<float> classes = {0, 1, 2, 0, 1, 2};
  const Split split = stratified_split(classes, 0.5, 1);
  std::vector<int> trained(3, 0);
  for (const std::uint32_t row : split.train) ++trained[static_cast<std::size_t>(classes[row])];
  EXPECT_EQ(trained, (std::vector<int>{1, 1, 1}));
  const Split single = stratified_split(std::vector<float>{0, 1, 2}, 0.4, 1);
  EXPECT_EQ(single.train.size(), 3U);
  EXPECT_NE(input_error([] { stratified_split(std::vector<float>{0, 1}, 0.9, 0); }), "");
}

TEST(Split, FractionsOutOfRange) {
  for (const double bad : {-0.1, 1.0, 2.0, std::nan("")}) {
    EXPECT_EQ(input_error([&] { random_split(10, bad, 0); }).find("test_fraction: is "), 0U);
  }
  EXPECT_NE(input_error([] { random_split(2, 0.9, 0); }).find("leaves none to train on"),
            std::string::npos);
  EXPECT_NE(input_error([] { random_split(1, 0.1, 0); }).find("leaves none to train on"),
            std::string::npos);
}

TEST(Split, FoldsPartitionTheRows) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 5; row < 300; row += 3) rows.push_back(row);  // 99 rows
  for (const std::size_t k : {2U, 5U, 10U, 99U}) {
    const std::vector<Split> splits = folds(rows, k, 1);
    ASSERT_EQ(splits.size(), k);
    std::vector<std::uint32_t> tested;
    for (const Split& split : splits) {
      expect_partition(split, rows);
      EXPECT_TRUE(split.test.size() == 99 / k || split.test.size() == (99 + k - 1) / k);
      tested.insert(tested.end(), split.test.begin(), split.test.end());
    }
    std::sort(tested.begin(), tested.end());
    EXPECT_EQ(tested, rows);
  }
  EXPECT_EQ(folds(rows, 5, 1)[2].test, folds(rows, 5, 1)[2].test);
  EXPECT_NE(folds(rows, 5, 1)[2].test, folds(rows, 5, 2)[2].test);
  EXPECT_NE(input_error([&] { folds(rows, 1, 0); }).find("1 folds of 99 rows"), std::string::npos);
  EXPECT_NE(input_error([&] { folds(rows, 100, 0); }).find("100 folds of 99 rows"),
            std::string::npos);
}

// Group numbers of rows with 1 to 5 copies, in random places.
std::vector<std::uint32_t> some_groups(std::size_t rows, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<std::uint32_t> groups;
  for (std::uint32_t group = 0; groups.size() < rows; ++group) {
    groups.insert(groups.end(), 1 + (group % 4 == 0 ? random.below(5) : 0), 77 + 3 * group);
  }
  groups.resize(rows);
  random.shuffle(groups);
  return groups;
}

void expect_no_group_on_both_sides(const Split& split, const std::vector<std::uint32_t>& groups) {
  std::set<std::uint32_t> trained;
  for (const std::uint32_t row : split.train) trained.insert(groups[row]);
  for (const std::uint32_t row : split.test) EXPECT_EQ(trained.count(groups[row]), 0U);
}

TEST(SplitGroups, StayOnOneSide) {
  for (const std::size_t rows : {20U, 997U}) {
    const auto groups = some_groups(rows, rows);
    std::vector<float> classes;
    for (std::size_t row = 0; row < rows; ++row) classes.push_back(row % 3 == 0 ? 1.0F : 0.0F);
    for (const double fraction : {0.1, 0.25, 0.5}) {
      const Split split = random_split(rows, fraction, 3, groups);
      expect_partition(split, first_rows(rows));
      expect_no_group_on_both_sides(split, groups);
      EXPECT_NEAR(static_cast<double>(split.test.size()), fraction * static_cast<double>(rows), 2);
      const Split stratified = stratified_split(classes, fraction, 3, groups);
      expect_partition(stratified, first_rows(rows));
      expect_no_group_on_both_sides(stratified, groups);
      EXPECT_FALSE(stratified.test.empty() || stratified.train.empty());
    }
    for (const Split& fold : folds(first_rows(rows), 5, 1, groups)) {
      expect_partition(fold, first_rows(rows));
      expect_no_group_on_both_sides(fold, groups);
      EXPECT_NEAR(static_cast<double>(fold.test.size()), static_cast<double>(rows) / 5, 5);
    }
  }
}

// The option changes nothing for a table without copies.
TEST(SplitGroups, OfSingleRowsAreTheSplitsWithoutGroups) {
  std::vector<std::uint32_t> groups = first_rows(100);
  std::reverse(groups.begin(), groups.end());
  std::vector<float> classes;
  for (int row = 0; row < 100; ++row) classes.push_back(row % 7 == 0 ? 1.0F : 0.0F);
  for (const std::uint64_t seed : {0U, 1U, 2U}) {
    EXPECT_EQ(random_split(100, 0.1, seed, groups).test, random_split(100, 0.1, seed).test);
    EXPECT_EQ(stratified_split(classes, 0.1, seed, groups).test,
              stratified_split(classes, 0.1, seed).test);
    const auto grouped = folds(first_rows(100), 7, seed, groups);
    const auto plain = folds(first_rows(100), 7, seed);
    for (std::size_t fold = 0; fold < 7; ++fold) EXPECT_EQ(grouped[fold].test, plain[fold].test);
  }
}

// Large groups are tested as often as single rows, not oftener because one of their rows comes
// early: 30 rows of five copies, 100 single ones.
TEST(SplitGroups, EveryGroupIsEquallyLikelyToTest) {
  std::vector<std::uint32_t> groups;
  for (std::uint32_t group = 0; group < 130; ++group) {
    groups.insert(groups.end(), group < 30 ? 5 : 1, group);
  }
  constexpr int seeds = 1000;
  std::size_t copies = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    const Split split = random_split(250, 0.2, static_cast<std::uint64_t>(seed), groups);
    EXPECT_NEAR(static_cast<double>(split.test.size()), 50, 2);
    for (const std::uint32_t row : split.test) copies += row < 150 ? 1 : 0;
  }
  // 150 * 0.2 = 30 of each test part, with a standard deviation below 11: five of those of the
  // mean.
  EXPECT_NEAR(static_cast<double>(copies) / seeds, 30, 1.8);
}

TEST(SplitGroups, AGroupLargerThanTheTestPart) {
  // Ten rows of two groups: the smaller one is tested, and the other one trained on.
  const std::vector<std::uint32_t> two = {1, 1, 1, 1, 1, 1, 1, 2, 2, 2};
  for (const std::uint64_t seed : {0U, 1U, 2U}) {
    EXPECT_EQ(random_split(10, 0.1, seed, two).test, (std::vector<std::uint32_t>{7, 8, 9}));
    EXPECT_FALSE(random_split(10, 0.9, seed, two).train.empty());
  }
  EXPECT_TRUE(random_split(10, 0.0, 0, two).test.empty());
  const std::vector<std::uint32_t> one(10, 4);
  EXPECT_EQ(input_error([&] { random_split(10, 0.1, 0, one); }).find("keep_copies_together: all"),
            0U);
}

// A fold whose share lies within one huge group would stay empty.
TEST(SplitGroups, EveryFoldHasRows) {
  std::vector<std::uint32_t> groups(20, 0);
  for (std::uint32_t row = 16; row < 20; ++row) groups[row] = row;
  for (const std::uint64_t seed : {0U, 1U, 2U, 3U}) {
    for (const Split& fold : folds(first_rows(20), 5, seed, groups)) {
      EXPECT_FALSE(fold.test.empty());
      expect_no_group_on_both_sides(fold, groups);
    }
    EXPECT_NE(input_error([&] {
                folds(first_rows(20), 6, seed, groups);
              }).find("6 folds of 5 groups of copies"),
              std::string::npos);
  }
}

// The folds of a part of the rows: group numbers are those of the whole table.
TEST(SplitGroups, FoldsOfAPartOfTheRows) {
  const auto groups = some_groups(300, 2);
  const Split outer = random_split(300, 0.3, 1, groups);
  std::vector<std::uint32_t> tested;
  for (const Split& fold : folds(outer.train, 4, 1, groups)) {
    expect_partition(fold, outer.train);
    expect_no_group_on_both_sides(fold, groups);
    tested.insert(tested.end(), fold.test.begin(), fold.test.end());
  }
  std::sort(tested.begin(), tested.end());
  EXPECT_EQ(tested, outer.train);
}

TEST(Split, CopiesByName) {
  for (const Copies copies : {Copies::apart, Copies::features, Copies::rows}) {
    EXPECT_EQ(parse_copies(name(copies)), copies);
  }
  EXPECT_FALSE(parse_copies("yes").has_value());
}

TEST(Split, ScalerOfKnownColumns) {
  // Column 0: 0..9, mean 4.5, population variance (10^2 - 1) / 12. Column 1: +-3. Column 2:
  // constant.
  base::Matrix values(12, 3);
  for (std::size_t row = 0; row < 10; ++row) {
    values(row, 0) = static_cast<float>(row);
    values(row, 1) = row % 2 == 0 ? 3.0F : -3.0F;
    values(row, 2) = 0.1F;
  }
  values(10, 0) = values(11, 0) = values(10, 1) = values(11, 2) = 1e30F;  // not among the rows
  const std::vector<std::uint32_t> rows = first_rows(10);
  const Scaler scaler = fit_scaler(values, rows);
  EXPECT_DOUBLE_EQ(scaler.mean[0], 4.5);
  EXPECT_DOUBLE_EQ(scaler.deviation[0], std::sqrt(99.0 / 12));
  EXPECT_DOUBLE_EQ(scaler.mean[1], 0.0);
  EXPECT_DOUBLE_EQ(scaler.deviation[1], 3.0);
  EXPECT_EQ(scaler.mean[2], static_cast<double>(0.1F));
  EXPECT_EQ(scaler.deviation[2], 1.0);
  const std::vector<std::uint32_t> some = {9, 0, 4};
  const base::Matrix z = standardise(values, some, scaler);
  ASSERT_EQ(z.rows(), 3U);
  EXPECT_FLOAT_EQ(z(0, 0), static_cast<float>(4.5 / std::sqrt(99.0 / 12)));
  EXPECT_EQ(z(0, 1), -1.0F);
  EXPECT_EQ(z(1, 1), 1.0F);
  EXPECT_EQ(z(2, 2), 0.0F);
}

TEST(Split, LargeOffsetsKeepTheirVariance) {
  // Two passes in double: a one-pass formula in float would give 0 or noise.
  base::Matrix values(1000, 1);
  for (std::size_t row = 0; row < 1000; ++row) {
    values(row, 0) = 1e7F + static_cast<float>(row % 2);
  }
  const Scaler scaler = fit_scaler(values, first_rows(1000));
  EXPECT_DOUBLE_EQ(scaler.mean[0], 1e7 + 0.5);
  EXPECT_DOUBLE_EQ(scaler.deviation[0], 0.5);
}

TEST(Split, ConstantColumnsOfAwkwardNumbersStayConstant) {
  base::Matrix values(997, 1);
  std::fill(values.values().begin(), values.values().end(), 123.456F);
  const Scaler scaler = fit_scaler(values, first_rows(997));
  EXPECT_EQ(scaler.deviation[0], 1.0);
  EXPECT_EQ(scaler.standardised(123.456F, 0), 0.0F);
}

TEST(Split, StandardisedIsNonDecreasing) {
  base::Random random(3);
  for (int round = 0; round < 100; ++round) {
    const Scaler scaler{{random.normal() * 1e3}, {std::exp(random.normal() * 3)}};
    float value = static_cast<float>(random.normal() * 100);
    float before = scaler.standardised(value, 0);
    for (int step = 0; step < 1000; ++step) {
      value = std::nextafter(value, 1e30F);
      const float now = scaler.standardised(value, 0);
      ASSERT_LE(before, now);
      before = now;
    }
  }
}

TEST(SplitTable, StratifiesClassesAlone) {
  Table table;
  table.features = base::Matrix(40, 1);
  for (std::size_t row = 0; row < 40; ++row) table.target.push_back(row < 4 ? 1.0F : 0.0F);
  EXPECT_EQ(split_table(table, 0.25, 7).test, random_split(40, 0.25, 7).test);
  table.classes = {"often", "seldom"};
  EXPECT_EQ(split_table(table, 0.25, 7).test, stratified_split(table.target, 0.25, 7).test);
}

TEST(SplitTable, KeepsCopiesTogether) {
  Table table;
  table.features = base::Matrix(40, 1);
  for (std::size_t row = 0; row < 40; ++row) {
    table.features(row, 0) = static_cast<float>(row / 4);
    table.target.push_back(row % 4 < 2 ? 1.0F : 2.0F);
  }
  // Four rows of equal features, two of each target.
  const auto tested_of_four = [&](Copies copies) {
    std::set<std::size_t> counts;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      std::map<std::size_t, std::size_t> tested;
      for (const std::uint32_t row : split_table(table, 0.2, seed, copies).test) ++tested[row / 4];
      for (const auto& [value, count] : tested) counts.insert(count);
    }
    return counts;
  };
  EXPECT_EQ(tested_of_four(Copies::features), (std::set<std::size_t>{4}));
  EXPECT_EQ(tested_of_four(Copies::rows), (std::set<std::size_t>{2, 4}));
  EXPECT_EQ(tested_of_four(Copies::apart).count(1), 1U);
  EXPECT_TRUE(groups_of_copies(table, Copies::apart).empty());
}

}  // namespace
}  // namespace terse::data
