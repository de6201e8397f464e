#include "terse/allocate/merge_cost.h"

#include <algorithm>
#include <cmath>

#include "terse/error.h"
#include "terse/network/inference.h"

namespace terse::allocate {
namespace {

constexpr std::size_t batch_rows = 1024;

/// Predictions from first-layer sums; the network behind the table.
class Behind {
 public:
  explicit Behind(const LevelTable& table)
      : inference_(table.layers, batch_rows), units_(table.units()) {}

  // sums: rows x units, overwritten.
  void predict(Matrix& sums, std::size_t rows, std::span<float> predictions) {
    for (std::size_t begin = 0; begin < rows; begin += batch_rows) {
      const std::size_t count = std::min(batch_rows, rows - begin);
      inference_.run({sums.data() + begin * units_, count, units_},
                     predictions.subspan(begin, count));
    }
  }

 private:
  network::Inference inference_;
  std::size_t units_;
};

Matrix first_sums(const LevelTable& table, std::span<const quantize::Code> codes,
                  std::size_t rows) {
  Matrix sums(rows, table.units());
  const std::size_t features = table.features();
  for (std::size_t r = 0; r < rows; ++r) {
    auto sum = sums.row(r);
    std::copy(table.bias.begin(), table.bias.end(), sum.begin());
    for (std::size_t f = 0; f < features; ++f) {
      const auto level = table.rows.row(table.first_row(f) + codes[r * features + f]);
      for (std::size_t u = 0; u < sum.size(); ++u) sum[u] += level[u];
    }
  }
  return sums;
}

/// Measures merges against one table on fixed rows.
class Measurement {
 public:
  Measurement(const LevelTable& table, ConstMatrixView inputs, std::span<const float> targets)
      : table_(table),
        targets_(targets),
        rows_(inputs.rows),
        codes_(codes_of(table, inputs)),
        counts_(level_counts(table, codes_)),
        behind_(table),
        sums_(first_sums(table, codes_, rows_)),
        predictions_(rows_) {
    changed_ = Matrix(rows_, table.units());
    std::ranges::copy(sums_.values(), changed_.values().begin());
    behind_.predict(changed_, rows_, predictions_);
    weigh_units();
  }

  double loss() const {
    double sum = 0.0;
    for (std::size_t r = 0; r < rows_; ++r) {
      const double error = static_cast<double>(predictions_[r]) - static_cast<double>(targets_[r]);
      sum += error * error;
    }
    return sum / static_cast<double>(rows_);
  }

  std::vector<Merge> merges(std::size_t feature) {
    std::vector<Merge> result;
    const std::size_t levels = table_.thresholds.levels(feature);
    LevelGroups groups(levels);
    for (std::size_t k = 0; k < levels; ++k) groups[k] = k;
    std::size_t next = next_rung(levels);
    for (std::size_t left = levels; left > 1;) {
      merge_cheapest(feature, groups);
      --left;
      if (left != next) continue;
      Merge merge{.levels = left, .groups = groups};
      measure(feature, merge);
      result.push_back(std::move(merge));
      next = next_rung(left);
    }
    return result;
  }

 private:
  static std::size_t next_rung(std::size_t levels) {
    return levels <= 9 ? levels - 1 : levels - (levels + 7) / 8;
  }

  // Mean squared derivative of the prediction to each unit's sum, by forward differences. A few
  // rows suffice: the weights only rank merges within a feature.
  void weigh_units() {
    const std::size_t units = table_.units();
    weights_.assign(units, 0.0);
    const std::size_t sample = std::min<std::size_t>(rows_, 64);
    Matrix probe(units, units);
    std::vector<float> moved(units);
    for (std::size_t s = 0; s < sample; ++s) {
      const std::size_t row = s * rows_ / sample;
      const auto base = sums_.row(row);
      const float step = 1e-2F;
      for (std::size_t u = 0; u < units; ++u) {
        auto values = probe.row(u);
        std::copy(base.begin(), base.end(), values.begin());
        values[u] += step;
      }
      behind_.predict(probe, units, moved);
      for (std::size_t u = 0; u < units; ++u) {
        const double slope = static_cast<double>(moved[u] - predictions_[row]) / 1e-2;
        weights_[u] += slope * slope / static_cast<double>(sample);
      }
    }
  }

  // Mean row and number of occurrences of the levels in [begin, end).
  std::vector<double> mean_row(std::size_t feature, std::size_t begin, std::size_t end,
                               double& count) const {
    const std::size_t first = table_.first_row(feature);
    std::vector<double> mean(table_.units());
    count = 0.0;
    for (std::size_t k = begin; k < end; ++k) count += static_cast<double>(counts_[first + k]);
    for (std::size_t k = begin; k < end; ++k) {
      const double share = count > 0.0 ? static_cast<double>(counts_[first + k]) / count
                                       : 1.0 / static_cast<double>(end - begin);
      const auto row = table_.rows.row(first + k);
      for (std::size_t u = 0; u < mean.size(); ++u) mean[u] += share * static_cast<double>(row[u]);
    }
    return mean;
  }

  void merge_cheapest(std::size_t feature, LevelGroups& groups) const {
    std::vector<std::size_t> begins;
    for (std::size_t k = 0; k < groups.size(); ++k) {
      if (k == 0 || groups[k] != groups[k - 1]) begins.push_back(k);
    }
    begins.push_back(groups.size());
    double best_cost = 0.0;
    std::size_t best = 0;
    double count_low = 0.0;
    std::vector<double> low = mean_row(feature, begins[0], begins[1], count_low);
    for (std::size_t g = 0; g + 2 < begins.size(); ++g) {
      double count_high = 0.0;
      std::vector<double> high = mean_row(feature, begins[g + 1], begins[g + 2], count_high);
      double distance = 0.0;
      for (std::size_t u = 0; u < low.size(); ++u) {
        distance += weights_[u] * (low[u] - high[u]) * (low[u] - high[u]);
      }
      const double both = count_low + count_high;
      const double cost = both > 0.0 ? distance * count_low * count_high / both : 0.0;
      if (g == 0 || cost < best_cost) {
        best_cost = cost;
        best = g;
      }
      low = std::move(high);
      count_low = count_high;
    }
    for (std::size_t k = begins[best + 1]; k < groups.size(); ++k) --groups[k];
  }

  void measure(std::size_t feature, Merge& merge) {
    const std::size_t levels = merge.groups.size();
    const std::size_t first = table_.first_row(feature);
    Matrix change(levels, table_.units());
    std::vector<bool> moves(levels);
    for (std::size_t begin = 0; begin < levels;) {
      std::size_t end = begin + 1;
      while (end < levels && merge.groups[end] == merge.groups[begin]) ++end;
      double count = 0.0;
      const std::vector<double> mean = mean_row(feature, begin, end, count);
      for (std::size_t k = begin; k < end; ++k) {
        moves[k] = end - begin > 1;
        const auto row = table_.rows.row(first + k);
        for (std::size_t u = 0; u < mean.size(); ++u) {
          change(k, u) = static_cast<float>(mean[u] - static_cast<double>(row[u]));
        }
      }
      begin = end;
    }
    measure_rows(feature, change, moves, merge);
  }

  void measure_rows(std::size_t feature, const Matrix& change, const std::vector<bool>& moves,
                    Merge& merge) {
    affected_.clear();
    for (std::size_t r = 0; r < rows_; ++r) {
      const quantize::Code code = codes_[r * table_.features() + feature];
      if (!moves[code]) continue;
      auto sum = changed_.row(affected_.size());
      const auto old = sums_.row(r);
      const auto delta = change.row(code);
      for (std::size_t u = 0; u < sum.size(); ++u) sum[u] = old[u] + delta[u];
      affected_.push_back(r);
    }
    moved_.resize(affected_.size());
    behind_.predict(changed_, affected_.size(), moved_);
    for (std::size_t i = 0; i < affected_.size(); ++i) {
      const auto old = static_cast<double>(predictions_[affected_[i]]);
      const auto now = static_cast<double>(moved_[i]);
      const auto target = static_cast<double>(targets_[affected_[i]]);
      merge.loss_rise += (now - target) * (now - target) - (old - target) * (old - target);
      merge.shift += (now - old) * (now - old);
    }
    merge.loss_rise /= static_cast<double>(rows_);
    merge.shift /= static_cast<double>(rows_);
  }

  const LevelTable& table_;
  std::span<const float> targets_;
  std::size_t rows_;
  std::vector<quantize::Code> codes_;
  std::vector<std::size_t> counts_;
  Behind behind_;
  Matrix sums_;     ///< R x units
  Matrix changed_;  ///< workspace, R x units
  std::vector<float> predictions_;
  std::vector<double> weights_;  ///< units
  std::vector<std::size_t> affected_;
  std::vector<float> moved_;
};

}  // namespace

std::vector<std::vector<Merge>> merge_costs(const LevelTable& table, ConstMatrixView inputs,
                                            std::span<const float> targets) {
  TERSE_CHECK(inputs.rows > 0 && targets.size() == inputs.rows);
  Measurement measurement(table, inputs, targets);
  std::vector<std::vector<Merge>> result;
  for (std::size_t f = 0; f < table.features(); ++f) result.push_back(measurement.merges(f));
  return result;
}

double loss_of(const LevelTable& table, ConstMatrixView inputs, std::span<const float> targets) {
  return Measurement(table, inputs, targets).loss();
}

}  // namespace terse::allocate
