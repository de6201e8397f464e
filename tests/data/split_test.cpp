#include "terse/data/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
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

}  // namespace
}  // namespace terse::data
