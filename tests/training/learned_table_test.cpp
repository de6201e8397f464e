#include "terse/training/learned_table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "quantizer_reference.h"
#include "reference.h"

namespace terse::training {
namespace {

using reference::Batch;

const std::vector<std::size_t> levels = {4, 1, 16, 5};
constexpr std::size_t segment_counts[] = {1, 0, 7, 2};

// The tables and look-ups in double, written from the method's description.
struct Table {
  double theta;
  std::vector<std::vector<double>> logits;

  double value(std::ptrdiff_t cell, double temperature) const {
    double sum = 0.0;
    std::ptrdiff_t left = std::abs(cell);
    for (const auto& segment : logits) {
      double total = 0.0;
      for (const double logit : segment) total += std::exp(logit / temperature);
      for (const double logit : segment) {
        if (left-- > 0) sum += std::exp(logit / temperature) / total;
      }
    }
    sum /= static_cast<double>(logits.size());
    return cell < 0 ? -sum : sum;
  }
  std::ptrdiff_t cells() const {
    return static_cast<std::ptrdiff_t>(logits.size() * logits.front().size());
  }
  double grid(double reading) const { return std::clamp(reading / std::exp(theta), -1.0, 1.0); }
  std::ptrdiff_t cell(double reading) const {
    return static_cast<std::ptrdiff_t>(
        std::nearbyint(grid(reading) * static_cast<double>(cells())));
  }
};

Table table_of(std::span<const float>& learned, std::size_t segments, std::size_t granularity) {
  Table table;
  table.theta = static_cast<double>(learned[0]);
  learned = learned.subspan(1);
  for (std::size_t k = 0; k < segments; ++k) {
    table.logits.emplace_back(learned.begin(),
                              learned.begin() + static_cast<std::ptrdiff_t>(granularity));
    learned = learned.subspan(granularity);
  }
  return table;
}

// Some logits that differ, so that every segment has its own shape.
void vary(LearnedTable& layer, double by) {
  base::Random random(8);
  std::vector<float> learned(layer.learned().begin(), layer.learned().end());
  for (float& value : learned) value += static_cast<float>(by * random.normal());
  layer.set_learned(learned);
}

class LearnedTableOf : public testing::TestWithParam<std::size_t> {};

TEST_P(LearnedTableOf, LooksUpAndLearns) {
  const std::size_t granularity = GetParam();
  for (const unsigned threads : {1U, 2U}) {
    for (const float temperature : {1.0F, 0.2F}) {
      const Batch batch(5);
      LearnedTable layer(batch.inputs, levels, granularity, batch.rows.size());
      batch.run(layer, threads, temperature);
      vary(layer, 0.3);
      const base::Matrix output = batch.run(layer, threads, temperature);
      const auto t = static_cast<double>(temperature);
      std::span<const float> learned = layer.learned();
      std::span<const float> gradient = layer.gradient();
      for (std::size_t f = 0; f < levels.size(); ++f) {
        if (levels[f] == 1) {
          for (std::size_t r = 0; r < batch.rows.size(); ++r) EXPECT_EQ(output(r, f), 0.0F);
          continue;
        }
        Table table = table_of(learned, segment_counts[f], granularity);
        const Table then = table;
        const auto reading = [&](std::size_t r) {
          return static_cast<double>(batch.inputs(batch.rows[r], f));
        };
        for (std::size_t r = 0; r < batch.rows.size(); ++r) {
          ASSERT_NEAR(output(r, f), then.value(then.cell(reading(r)), t) * std::exp(then.theta),
                      1e-5);
        }
        // Straight through: the cell is held, the clamped ratio moves.
        const auto through = [&] {
          double sum = 0.0;
          for (std::size_t r = 0; r < batch.rows.size(); ++r) {
            sum += static_cast<double>(batch.gradient(r, f)) * std::exp(table.theta) *
                   (then.value(then.cell(reading(r)), t) + table.grid(reading(r)) -
                    then.grid(reading(r)));
          }
          return sum;
        };
        const double theta = reference::central_difference(table.theta, through);
        ASSERT_NEAR(gradient[0], theta, 1e-4 * (1.0 + std::abs(theta)));
        gradient = gradient.subspan(1);
        // The table, each cell weighted by how rarely it is used.
        const auto weighted = [&] {
          double sum = 0.0;
          for (std::size_t r = 0; r < batch.rows.size(); ++r) {
            const std::ptrdiff_t cell = then.cell(reading(r));
            double count = 0.0;
            for (std::size_t other = 0; other < batch.rows.size(); ++other) {
              count += then.cell(reading(other)) == cell ? 1.0 : 0.0;
            }
            const double weight =
                static_cast<double>(batch.rows.size()) /
                (static_cast<double>(2 * then.cells() + 1) * std::sqrt(count + 1e-5));
            sum += static_cast<double>(batch.gradient(r, f)) * weight * std::exp(then.theta) *
                   table.value(cell, t);
          }
          return sum;
        };
        for (auto& segment : table.logits) {
          for (double& logit : segment) {
            const double expected = reference::central_difference(logit, weighted);
            ASSERT_NEAR(gradient[0], expected, 2e-4 * (1.0 + std::abs(expected))) << f;
            gradient = gradient.subspan(1);
          }
        }
      }
      EXPECT_TRUE(gradient.empty());
      EXPECT_EQ(output(1, 4), batch.inputs(batch.rows[1], 4));  // behind the features
    }
  }
}

// At a temperature near 0 the soft table is the hard one.
TEST_P(LearnedTableOf, HardenedItGivesTheSameValues) {
  const Batch batch(5);
  LearnedTable layer(batch.inputs, levels, GetParam(), batch.rows.size());
  batch.run(layer, 1, 1.0F);
  vary(layer, 0.3);
  const base::Matrix output = batch.run(layer, 1, 1e-4F);
  inference::Parameters hard;
  layer.harden(hard);
  batch.expect_hard(hard, levels, output);
  EXPECT_EQ(hard.thresholds.count(0), 2U);
  EXPECT_EQ(hard.thresholds.count(1), 0U);
  EXPECT_EQ(hard.thresholds.count(2), 14U);
  EXPECT_EQ(hard.thresholds.count(3), 4U);
}

INSTANTIATE_TEST_SUITE_P(LearnedTable, LearnedTableOf, testing::Values(4, 9),
                         testing::PrintToStringParamName());

TEST(LearnedTable, StartsFromTheFirstBatchsDeviation) {
  const Batch batch(5);
  LearnedTable layer(batch.inputs, levels, 4, batch.rows.size());
  batch.run(layer, 1, 1.0F);
  double mean = 0.0;
  for (const std::uint32_t row : batch.rows) mean += static_cast<double>(batch.inputs(row, 0));
  mean /= static_cast<double>(batch.rows.size());
  double sum = 0.0;
  for (const std::uint32_t row : batch.rows) {
    sum += std::pow(static_cast<double>(batch.inputs(row, 0)) - mean, 2.0);
  }
  const double deviation = std::sqrt(sum / static_cast<double>(batch.rows.size() - 1));
  EXPECT_NEAR(layer.learned()[0], std::log(3.0 * deviation), 1e-5);
}

TEST(LearnedTable, ConstantReadingsStayFinite) {
  const Batch batch(5);
  const base::Matrix zeros(batch.inputs.rows(), 5);
  LearnedTable layer(zeros, levels, 4, batch.rows.size());
  const base::Matrix output = batch.run(layer, 1, 1.0F);
  for (const float value : output.values()) EXPECT_EQ(value, 0.0F);
  for (const float value : layer.gradient()) EXPECT_TRUE(std::isfinite(value));
}

}  // namespace
}  // namespace terse::training
