#include "terse/training/learned_table.h"

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"

namespace terse::training {
namespace {

// Cell of a ratio, -cells .. cells.
std::ptrdiff_t cell_of(float ratio, std::size_t cells) {
  return static_cast<std::ptrdiff_t>(
      std::nearbyint(std::clamp(ratio, -1.0F, 1.0F) * static_cast<float>(cells)));
}

double deviation(std::span<const float> readings) {
  if (readings.size() < 2) return 0.0;
  double mean = 0.0;
  for (const float reading : readings) mean += static_cast<double>(reading);
  mean /= static_cast<double>(readings.size());
  double sum = 0.0;
  for (const float reading : readings) {
    const double difference = static_cast<double>(reading) - mean;
    sum += difference * difference;
  }
  return std::sqrt(sum / static_cast<double>(readings.size() - 1));
}

}  // namespace

std::size_t LearnedTable::segments(std::size_t levels) {
  return levels <= 1 ? 0 : std::max<std::size_t>(1, (levels - 1) / 2);
}

std::size_t LearnedTable::cells(std::size_t feature) const {
  return segments(levels_[feature]) * granularity_;
}

std::span<const float> LearnedTable::logits(std::size_t feature) const {
  return std::span(learned_.values).subspan(offsets_[feature] + 1, cells(feature));
}

float LearnedTable::scale(std::size_t feature) const {
  return std::exp(learned_.values[offsets_[feature]]);
}

LearnedTable::LearnedTable(base::ConstMatrixView inputs, std::span<const std::size_t> levels,
                           std::size_t granularity, std::size_t batch_rows_max)
    : inputs_(inputs),
      levels_(levels.begin(), levels.end()),
      granularity_(granularity),
      offsets_{0},
      learned_(0),
      started_(levels.size(), 0),
      ratios_(levels.size(), batch_rows_max) {
  TERSE_CHECK(levels.size() <= inputs.columns && granularity > 0);
  for (std::size_t f = 0; f < levels_.size(); ++f) {
    TERSE_CHECK(levels_[f] != 2);  // a mirrored table with a zero has three
    const std::size_t own = cells(f);
    offsets_.push_back(offsets_.back() + (own == 0 ? 0 : own + 1));
    shares_.emplace_back(own);
    tables_.emplace_back(own + 1);
    slopes_.emplace_back(own + 1);
    counts_.emplace_back(2 * own + 1);
  }
  learned_ = AdamVector(offsets_.back());
  gradient_ = base::AlignedVector<float>(offsets_.back());
}

void LearnedTable::start(std::size_t feature, std::span<const float> readings) {
  if (started_[feature] != 0) return;
  started_[feature] = 1;
  const double own = deviation(readings);
  learned_.values[offsets_[feature]] = static_cast<float>(std::log(own > 0.0 ? 3.0 * own : 3.0));
}

void LearnedTable::fill_table(std::size_t feature, float temperature) {
  const std::span<const float> own = logits(feature);
  std::vector<float>& shares = shares_[feature];
  const auto segment_count = static_cast<float>(segments(levels_[feature]));
  float sum = 0.0F;
  tables_[feature][0] = 0.0F;
  for (std::size_t begin = 0; begin < own.size(); begin += granularity_) {
    const std::span<const float> segment = own.subspan(begin, granularity_);
    const float largest = *std::ranges::max_element(segment);
    float total = 0.0F;
    for (std::size_t i = 0; i < granularity_; ++i) {
      shares[begin + i] = std::exp((segment[i] - largest) / temperature);
      total += shares[begin + i];
    }
    for (std::size_t i = 0; i < granularity_; ++i) {
      shares[begin + i] /= total;
      sum += shares[begin + i];
      tables_[feature][begin + i + 1] = sum / segment_count;
    }
  }
}

void LearnedTable::forward(const Member& member, std::span<const std::uint32_t> rows,
                           float temperature, base::MatrixView output) {
  const Share columns = member.share(inputs_.columns);
  for (std::size_t f = columns.begin; f < columns.end; ++f) {
    if (f >= levels_.size()) {
      for (std::size_t r = 0; r < rows.size(); ++r) output(r, f) = inputs_(rows[r], f);
      continue;
    }
    const std::size_t cell_count = cells(f);
    if (cell_count == 0) {
      for (std::size_t r = 0; r < rows.size(); ++r) output(r, f) = 0.0F;
      continue;
    }
    const std::span<float> ratios = ratios_.row(f).first(rows.size());
    for (std::size_t r = 0; r < rows.size(); ++r) ratios[r] = inputs_(rows[r], f);
    start(f, ratios);
    fill_table(f, temperature);
    const float own_scale = scale(f);
    std::ranges::fill(counts_[f], std::size_t{0});
    for (std::size_t r = 0; r < rows.size(); ++r) {
      ratios[r] /= own_scale;
      const std::ptrdiff_t cell = cell_of(ratios[r], cell_count);
      ++counts_[f][static_cast<std::size_t>(cell + static_cast<std::ptrdiff_t>(cell_count))];
      const float value = tables_[f][static_cast<std::size_t>(std::abs(cell))];
      output(r, f) = (cell < 0 ? -value : value) * own_scale;
    }
  }
}

// Fills the feature's part of gradient_.
void LearnedTable::table_gradient(std::size_t feature, std::size_t rows, float temperature,
                                  base::ConstMatrixView output_gradient) {
  const std::size_t cell_count = cells(feature);
  const auto middle = static_cast<std::ptrdiff_t>(cell_count);
  const auto own_scale = static_cast<double>(scale(feature));
  std::vector<double>& slopes = slopes_[feature];  // of the table's values
  std::ranges::fill(slopes, 0.0);
  double theta = 0.0;
  for (std::size_t r = 0; r < rows; ++r) {
    const float ratio = ratios_(feature, r);
    const std::ptrdiff_t cell = cell_of(ratio, cell_count);
    const auto index = static_cast<std::size_t>(std::abs(cell));
    const double sign = cell < 0 ? -1.0 : 1.0;
    const auto gradient = static_cast<double>(output_gradient(r, feature));
    const bool inside = std::abs(ratio) < 1.0F;
    theta += gradient * own_scale *
             (sign * static_cast<double>(tables_[feature][index]) -
              (inside ? static_cast<double>(ratio) : 0.0));
    const auto readings =
        static_cast<double>(counts_[feature][static_cast<std::size_t>(cell + middle)]);
    const double weight = static_cast<double>(rows) /
                          (static_cast<double>(2 * cell_count + 1) * std::sqrt(readings + 1e-5));
    if (index > 0) slopes[index] += sign * gradient * own_scale * weight;
  }
  float* const to = gradient_.data() + offsets_[feature];
  to[0] = static_cast<float>(theta);
  // From values to shares: a share is part of its own and all later values.
  const auto segment_count = static_cast<double>(segments(levels_[feature]));
  for (std::size_t i = cell_count; i-- > 1;) slopes[i] += slopes[i + 1];
  const std::vector<float>& shares = shares_[feature];
  for (std::size_t begin = 0; begin < cell_count; begin += granularity_) {
    double mean = 0.0;
    for (std::size_t i = begin; i < begin + granularity_; ++i) {
      mean += static_cast<double>(shares[i]) * slopes[i + 1];
    }
    for (std::size_t i = begin; i < begin + granularity_; ++i) {
      to[1 + i] = static_cast<float>(static_cast<double>(shares[i]) * (slopes[i + 1] - mean) /
                                     (segment_count * static_cast<double>(temperature)));
    }
  }
}

void LearnedTable::backward(const Member& member, std::size_t rows, float temperature,
                            base::ConstMatrixView output_gradient) {
  const Share columns = member.share(inputs_.columns);
  for (std::size_t f = columns.begin; f < std::min(columns.end, levels_.size()); ++f) {
    if (cells(f) > 0) table_gradient(f, rows, temperature, output_gradient);
  }
}

void LearnedTable::update(const Member& member, const AdamStep& adam) {
  const Share columns = member.share(inputs_.columns);
  const std::size_t last = std::min(columns.end, levels_.size());
  if (columns.begin >= last) return;
  const std::size_t begin = offsets_[columns.begin];
  learned_.update(begin, {gradient_.data() + begin, offsets_[last] - begin}, adam);
}

void LearnedTable::set_learned(std::span<const float> values) {
  TERSE_CHECK(values.size() == learned_.values.size());
  std::ranges::copy(values, learned_.values.begin());
  std::ranges::fill(started_, char{1});
}

void LearnedTable::harden(inference::Parameters& parameters) const {
  parameters.thresholds = {};
  parameters.values.clear();
  for (std::size_t f = 0; f < levels_.size(); ++f) {
    const std::size_t segment_count = segments(levels_[f]);
    std::vector<float> thresholds;
    std::vector<float> values = {0.0F};
    for (std::size_t k = 0; k < segment_count; ++k) {
      const std::span<const float> segment = logits(f).subspan(k * granularity_, granularity_);
      const auto step =
          static_cast<std::size_t>(std::ranges::max_element(segment) - segment.begin());
      // The value rises between this cell and the one before it.
      const double ratio =
          (static_cast<double>(k * granularity_ + step) + 0.5) / static_cast<double>(cells(f));
      thresholds.push_back(static_cast<float>(ratio * static_cast<double>(scale(f))));
      values.push_back(static_cast<float>(k + 1) / static_cast<float>(segment_count) * scale(f));
    }
    for (std::size_t k = 0; k < segment_count; ++k) {
      thresholds.push_back(-thresholds[k]);
      values.push_back(-values[k + 1]);
    }
    std::ranges::sort(thresholds);
    std::ranges::sort(values);
    parameters.thresholds.add_feature(thresholds);
    parameters.values.push_back(values);
  }
}

}  // namespace terse::training
