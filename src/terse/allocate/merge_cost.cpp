#include "terse/allocate/merge_cost.h"

#include <algorithm>
#include <numeric>

#include "terse/allocate/merge_order.h"
#include "terse/base/error.h"
#include "terse/inference/inference.h"

namespace terse::allocate {
namespace {

constexpr std::size_t batch_rows = 1024;

/// Predictions from first-layer sums; the network behind the table.
class Behind {
 public:
  explicit Behind(const LevelTable& table)
      : inference_(table.layers, batch_rows), units_(table.units()), outputs_(table.outputs()) {}

  // sums: rows x units, overwritten. predictions: rows x outputs.
  void predict(base::Matrix& sums, std::size_t rows, std::span<float> predictions) {
    for (std::size_t begin = 0; begin < rows; begin += batch_rows) {
      const std::size_t count = std::min(batch_rows, rows - begin);
      inference_.run({sums.data() + begin * units_, count, units_},
                     predictions.subspan(begin * outputs_, count * outputs_));
    }
  }

 private:
  inference::Inference inference_;
  std::size_t units_;
  std::size_t outputs_;
};

base::Matrix first_sums(const LevelTable& table, std::span<const quantize::Code> codes,
                        std::size_t rows) {
  base::Matrix sums(rows, table.units());
  const std::size_t features = table.features();
  std::vector<std::size_t> first;
  for (std::size_t f = 0; f < features; ++f) first.push_back(table.first_row(f));
  for (std::size_t r = 0; r < rows; ++r) {
    auto sum = sums.row(r);
    std::copy(table.bias.begin(), table.bias.end(), sum.begin());
    for (std::size_t f = 0; f < features; ++f) {
      const auto level = table.rows.row(first[f] + codes[r * features + f]);
      for (std::size_t u = 0; u < sum.size(); ++u) sum[u] += level[u];
    }
  }
  return sums;
}

/// Measures merges against one table on fixed rows.
class Measurement {
 public:
  Measurement(const Task& task, const LevelTable& table, const MeasuredRows& rows)
      : task_(task),
        table_(table),
        targets_(rows.targets),
        row_weights_(rows.weights),
        rows_(rows.inputs.rows),
        outputs_(table.outputs()),
        codes_(codes_of(table, rows.inputs)),
        counts_(level_counts(table, codes_)),
        behind_(table),
        sums_(first_sums(table, codes_, rows_)),
        predictions_(rows_ * outputs_) {
    changed_ = base::Matrix(rows_, table.units());
    std::ranges::copy(sums_.values(), changed_.values().begin());
    behind_.predict(changed_, rows_, predictions_);
    for (std::size_t r = 0; r < rows_; ++r) {
      losses_.push_back(weight(r) * task_.loss(prediction(r), targets_[r]));
    }
  }

  const std::vector<double>& losses() const { return losses_; }

  std::vector<Merge> merges(std::size_t feature) {
    if (weights_.empty()) weigh_units();
    std::vector<Merge> result;
    const std::size_t levels = table_.levels(feature);
    MergeOrder order(table_, feature, counts_, weights_);
    std::size_t next = next_rung(levels);
    while (order.levels() > 1) {
      order.merge_cheapest();
      if (order.levels() > next) continue;
      Merge merge{.levels = order.levels(), .groups = order.groups()};
      measure(feature, merge);
      result.push_back(std::move(merge));
      next = next_rung(order.levels());
    }
    return result;
  }

 private:
  double weight(std::size_t row) const {
    return row_weights_.empty() ? 1.0 : static_cast<double>(row_weights_[row]);
  }
  static std::size_t next_rung(std::size_t levels) {
    return levels <= 9 ? levels - 1 : levels - (levels + 7) / 8;
  }
  std::span<const float> prediction(std::size_t row) const {
    return std::span(predictions_).subspan(row * outputs_, outputs_);
  }

  // Mean squared derivative of the prediction to each unit's sum, by forward differences. A few
  // rows suffice: the weights only rank merges within a feature.
  void weigh_units() {
    const std::size_t units = table_.units();
    weights_.assign(units, 0.0);
    const std::size_t sample = std::min<std::size_t>(rows_, 64);
    base::Matrix probe(units, units);
    std::vector<float> moved(units * outputs_);
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
      for (std::size_t i = 0; i < moved.size(); ++i) {
        const float change = moved[i] - predictions_[row * outputs_ + i % outputs_];
        const double slope = static_cast<double>(change) / 1e-2;
        weights_[i / outputs_] += slope * slope / static_cast<double>(sample);
      }
    }
  }

  void measure(std::size_t feature, Merge& merge) {
    const std::size_t levels = merge.groups.size();
    const std::size_t first = table_.first_row(feature);
    base::Matrix change(levels, table_.units());
    std::vector<bool> moves(levels);
    for (std::size_t group = 0; group < merge.levels; ++group) {
      std::vector<std::size_t> members;
      for (std::size_t k = 0; k < levels; ++k) {
        if (merge.groups[k] == group) members.push_back(first + k);
      }
      const MeanRow mean(table_, members, counts_);
      for (const std::size_t row : members) {
        moves[row - first] = members.size() > 1;
        for (std::size_t u = 0; u < mean.values.size(); ++u) {
          change(row - first, u) =
              static_cast<float>(mean.values[u] - static_cast<double>(table_.rows(row, u)));
        }
      }
    }
    measure_rows(feature, change, moves, merge);
  }

  void measure_rows(std::size_t feature, const base::Matrix& change, const std::vector<bool>& moves,
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
    moved_.resize(affected_.size() * outputs_);
    behind_.predict(changed_, affected_.size(), moved_);
    for (std::size_t i = 0; i < affected_.size(); ++i) {
      const std::size_t row = affected_[i];
      const auto now = std::span<const float>(moved_).subspan(i * outputs_, outputs_);
      merge.loss_rise += weight(row) * task_.loss(now, targets_[row]) - losses_[row];
      merge.shift += weight(row) * task_.shift(prediction(row), now);
    }
    merge.loss_rise /= static_cast<double>(rows_);
    merge.shift /= static_cast<double>(rows_);
  }

  const Task& task_;
  const LevelTable& table_;
  std::span<const float> targets_;
  std::span<const float> row_weights_;
  std::size_t rows_;
  std::size_t outputs_;
  std::vector<quantize::Code> codes_;
  std::vector<std::size_t> counts_;
  Behind behind_;
  base::Matrix sums_;     ///< R x units
  base::Matrix changed_;  ///< workspace, R x units
  std::vector<float> predictions_;
  std::vector<double> losses_;
  std::vector<double> weights_;  ///< units
  std::vector<std::size_t> affected_;
  std::vector<float> moved_;
};

}  // namespace

std::vector<std::vector<Merge>> merge_costs(const Task& task, const LevelTable& table,
                                            const MeasuredRows& rows) {
  TERSE_CHECK(rows.inputs.rows > 0 && rows.targets.size() == rows.inputs.rows);
  Measurement measurement(task, table, rows);
  std::vector<std::vector<Merge>> result;
  for (std::size_t f = 0; f < table.features(); ++f) result.push_back(measurement.merges(f));
  return result;
}

double loss_of(const Task& task, const LevelTable& table, const MeasuredRows& rows) {
  const std::vector<double> losses = losses_of(task, table, rows);
  return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
}

std::vector<double> losses_of(const Task& task, const LevelTable& table, const MeasuredRows& rows) {
  return Measurement(task, table, rows).losses();
}

}  // namespace terse::allocate
