#include "terse/data/split_rule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "data/input_error.h"
#include "terse/base/random.h"

namespace terse::data {
namespace {

using Rows = std::vector<std::uint32_t>;

Table table_of(std::size_t rows) {
  Table table;
  table.source = "some.csv";
  table.features = base::Matrix(rows, 1);
  for (std::size_t row = 0; row < rows; ++row) {
    table.features(row, 0) = static_cast<float>(row);
    table.target.push_back(static_cast<float>(row % 7));
  }
  return table;
}

// Groups of one to nine rows, all over the table.
Table grouped_table(std::size_t rows) {
  Table table = table_of(rows);
  base::Random random(11);
  for (std::size_t group = 0; table.split_labels.of_row.size() < rows; ++group) {
    table.split_labels.names.push_back("g" + std::to_string(group));
    const std::size_t size = 1 + random.below(9);
    for (std::size_t i = 0; i < size && table.split_labels.of_row.size() < rows; ++i) {
      table.split_labels.of_row.push_back(static_cast<std::uint32_t>(group));
    }
  }
  random.shuffle(table.split_labels.of_row);
  return table;
}

Rows range(std::uint32_t begin, std::uint32_t end) {
  Rows rows(end - begin);
  std::iota(rows.begin(), rows.end(), begin);
  return rows;
}

Rows all_of(const Split& split) {
  Rows rows = split.train;
  rows.insert(rows.end(), split.test.begin(), split.test.end());
  std::ranges::sort(rows);
  return rows;
}

SplitRule rule_of(const std::string& text) {
  const auto rule = parse_split_rule(text);
  EXPECT_TRUE(rule.has_value()) << text;
  return rule.value_or(SplitRule{});
}

void expect_whole(const std::vector<std::uint32_t>& groups, const Split& split) {
  std::set<std::uint32_t> tested;
  for (const std::uint32_t row : split.test) tested.insert(groups[row]);
  for (const std::uint32_t row : split.train) EXPECT_FALSE(tested.contains(groups[row])) << row;
}

TEST(SplitRule, TextsComeBack) {
  for (const char* text : {"random", "last", "blocks", "blocks=7", "groups=machine",
                           "column=the part", "groups=a=b"}) {
    EXPECT_EQ(text_of(rule_of(text)), text);
  }
  EXPECT_EQ(text_of(rule_of("blocks=20")), "blocks");
  for (const char* text : {"", "first", "last=3", "blocks=", "blocks=1", "blocks=1.5", "blocks=-2",
                           "groups", "groups=", "column", "Random", "random=1"}) {
    EXPECT_FALSE(parse_split_rule(text).has_value()) << text;
  }
}

TEST(SplitRule, RandomIsWhatItWas) {
  const Table table = table_of(50);
  EXPECT_EQ(split_table(table, {}, 0.2, 3, Copies::apart).test, random_split(50, 0.2, 3).test);
  const Rows rows = range(0, 40);
  const auto splits = validation_splits(table, rows, 4, 3, {}, Copies::apart);
  const auto before = folds(rows, 4, 3);
  for (std::size_t f = 0; f < 4; ++f) EXPECT_EQ(splits[f].test, before[f].test);
  EXPECT_FALSE(held_back(table, rows, 0.1, 3, {}).has_value());
}

TEST(SplitRule, LastRowsTestAndEarlierOnesValidate) {
  const Table table = table_of(100);
  const SplitRule rule = rule_of("last");
  const Split split = split_table(table, rule, 0.2, 5, Copies::apart);
  EXPECT_EQ(split.train, range(0, 80));
  EXPECT_EQ(split.test, range(80, 100));
  EXPECT_EQ(split_table(table, rule, 0.2, 6, Copies::apart).test, split.test);
  const auto folds = validation_splits(table, split.train, 4, 5, rule, Copies::apart);
  ASSERT_EQ(folds.size(), 4U);
  EXPECT_EQ(folds[0].test, range(70, 80));
  EXPECT_EQ(folds[0].train, range(0, 70));
  EXPECT_EQ(folds[3].test, range(40, 50));
  EXPECT_EQ(folds[3].train, range(0, 40));
  const auto stopping = held_back(table, folds[3].train, 0.1, 5, rule);
  ASSERT_TRUE(stopping.has_value());
  EXPECT_EQ(stopping->test, range(36, 40));
  EXPECT_EQ(stopping->train, range(0, 36));
}

TEST(SplitRule, RepetitionsOfLastMoveBack) {
  const Table table = table_of(100);
  const SplitRule rule = rule_of("last");
  const Split second = repeated_split(table, rule, 0.1, 5, 1, Copies::apart);
  EXPECT_EQ(second.test, range(80, 90));
  EXPECT_EQ(second.train, range(0, 80));
  EXPECT_NE(input_error([&] {
              repeated_split(table, rule, 0.1, 5, 9, Copies::apart);
            }).find("leave none to train on"),
            std::string::npos);
  EXPECT_EQ(repeated_split(table, {}, 0.1, 5, 2, Copies::apart).test,
            random_split(100, 0.1, 7).test);
}

TEST(SplitRule, BlocksOfNeighboursStayWhole) {
  const Table table = table_of(103);
  const SplitRule rule = rule_of("blocks=10");
  std::set<std::uint32_t> tested;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Split split = split_table(table, rule, 0.2, seed, Copies::apart);
    EXPECT_EQ(all_of(split), range(0, 103));
    EXPECT_GE(split.test.size(), 20U);
    EXPECT_LE(split.test.size(), 22U);
    // Two runs of neighbours, or one.
    std::size_t runs = 1;
    for (std::size_t i = 1; i < split.test.size(); ++i) {
      runs += split.test[i] == split.test[i - 1] + 1 ? 0 : 1;
    }
    EXPECT_LE(runs, 2U);
    tested.insert(split.test.begin(), split.test.end());
    const auto folds = validation_splits(table, split.train, 4, seed, rule, Copies::apart);
    Rows measured;
    for (const Split& fold : folds) {
      EXPECT_EQ(all_of(fold), split.train);
      measured.insert(measured.end(), fold.test.begin(), fold.test.end());
      std::set<std::uint32_t> blocks;
      for (const std::uint32_t row : fold.test) blocks.insert(row * 10 / 103);
      for (const std::uint32_t row : fold.train) EXPECT_FALSE(blocks.contains(row * 10 / 103));
    }
    std::ranges::sort(measured);
    EXPECT_EQ(measured, split.train);
  }
  EXPECT_EQ(tested.size(), 103U);
  EXPECT_NE(input_error([&] {
              validation_splits(table, range(0, 20), 4, 0, rule, Copies::apart);
            }).find("2 blocks are too few for 4 folds"),
            std::string::npos);
}

TEST(SplitRule, GroupsStayWholeEverywhere) {
  const Table table = grouped_table(400);
  const SplitRule rule = rule_of("groups=machine");
  const auto& groups = table.split_labels.of_row;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Split split = split_table(table, rule, 0.2, seed, Copies::apart);
    EXPECT_EQ(all_of(split), range(0, 400));
    expect_whole(groups, split);
    EXPECT_NEAR(static_cast<double>(split.test.size()), 80.0, 5.0);
    for (const Split& fold : validation_splits(table, split.train, 5, seed, rule, Copies::apart)) {
      EXPECT_EQ(all_of(fold), split.train);
      EXPECT_FALSE(fold.test.empty());
      expect_whole(groups, fold);
    }
    const auto stopping = held_back(table, split.train, 0.1, seed, rule);
    ASSERT_TRUE(stopping.has_value());
    Split rows;
    for (const std::uint32_t position : stopping->train)
      rows.train.push_back(split.train[position]);
    for (const std::uint32_t position : stopping->test) rows.test.push_back(split.train[position]);
    EXPECT_EQ(all_of(rows), split.train);
    EXPECT_FALSE(rows.test.empty());
    expect_whole(groups, rows);
  }
}

TEST(SplitRule, GroupsAndCopiesAreJoined) {
  Table table = table_of(12);
  // Rows 0 and 6, 1 and 7, ... are copies; groups of three neighbours.
  for (std::size_t row = 0; row < 12; ++row) {
    table.features(row, 0) = static_cast<float>(row % 6);
    table.split_labels.of_row.push_back(static_cast<std::uint32_t>(row / 3));
  }
  table.split_labels.names = {"a", "b", "c", "d"};
  const SplitRule rule = rule_of("groups=machine");
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Split split = split_table(table, rule, 0.5, seed, Copies::features);
    const bool first = split.test.front() == 0;
    EXPECT_EQ(split.test, first ? (Rows{0, 1, 2, 6, 7, 8}) : (Rows{3, 4, 5, 9, 10, 11}));
  }
}

TEST(SplitRule, OneGroupCannotBeSplit) {
  Table table = table_of(5);
  table.split_labels = {{"a"}, Rows(5, 0)};
  EXPECT_EQ(input_error([&] { split_table(table, rule_of("groups=m"), 0.2, 0, Copies::apart); }),
            "split: 1 groups in column 'm' are too few for a training and a test part; name a "
            "column with more groups, or ask for fewer `folds`");
}

TEST(SplitRule, AColumnDecides) {
  Table table = table_of(8);
  table.split_labels = {{"Test", "train", "validation "}, {1, 1, 2, 0, 1, 2, 0, 1}};
  const SplitRule rule = rule_of("column=part");
  const Split split = split_table(table, rule, 0.1, 0, Copies::apart);
  EXPECT_EQ(split.test, (Rows{3, 6}));
  EXPECT_EQ(split.train, (Rows{0, 1, 2, 4, 5, 7}));
  const auto folds = validation_splits(table, split.train, 4, 0, rule, Copies::apart);
  ASSERT_EQ(folds.size(), 1U);
  EXPECT_EQ(folds[0].test, (Rows{2, 5}));
  EXPECT_EQ(folds[0].train, (Rows{0, 1, 4, 7}));
  const auto stopping = held_back(table, split.train, 0.1, 0, rule);
  ASSERT_TRUE(stopping.has_value());
  EXPECT_EQ(stopping->test, (Rows{2, 4}));  // positions
  const auto parts = part_names(table, rule, split);
  EXPECT_EQ(parts[0], "train");
  EXPECT_EQ(parts[2], "validation");
  EXPECT_EQ(parts[3], "test");
  // Without rows to validate, folds of the training rows are drawn.
  const Rows only = {0, 1, 4, 7};
  EXPECT_EQ(validation_splits(table, only, 2, 0, rule, Copies::apart).size(), 2U);
  EXPECT_FALSE(held_back(table, only, 0.3, 0, rule).has_value());
  table.split_labels.names[0] = "rest";
  EXPECT_EQ(input_error([&] { split_table(table, rule, 0.1, 0, Copies::apart); }),
            "some.csv: column 'part': 'rest' is not a part of a split; write train, validation or "
            "test in every row");
  table.split_labels = {{"test"}, Rows(8, 0)};
  EXPECT_NE(input_error([&] {
              split_table(table, rule, 0.1, 0, Copies::apart);
            }).find("no row is for training"),
            std::string::npos);
}

TEST(SplitRule, CopiesGoWithRandomAndGroupsAlone) {
  for (const char* text : {"last", "blocks", "column=part"}) {
    EXPECT_NE(input_error([&] {
                check(rule_of(text), Copies::rows);
              }).find("keep_copies_together: copies may lie in any part"),
              std::string::npos);
    check(rule_of(text), Copies::apart);
  }
  check({}, Copies::rows);
  check(rule_of("groups=a"), Copies::features);
}

}  // namespace
}  // namespace terse::data
