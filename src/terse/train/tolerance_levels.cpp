#include "terse/train/tolerance_levels.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/picked.h"
#include "terse/quantize/thresholds.h"
#include "terse/text/quoting.h"
#include "terse/train/code_examples.h"
#include "terse/train/reading_trees.h"

namespace terse::train {
namespace {

constexpr double levels_most = 256.0;
constexpr std::size_t training_rows_most = 6000;
constexpr std::size_t unseen_rows_most = 3000;
constexpr double most_rows = 0.95;

/// One reading, standardised; its tolerance, too.
struct Column {
  std::size_t feature = 0;
  bool number = true;
  float low = 0.0F;
  float high = 0.0F;
  std::size_t levels = 1;  ///< as they are now
  double tolerance = 0.0;  ///< 0: its levels stay
  std::vector<float> seen = {};
  std::vector<float> unseen = {};
};

std::vector<float> thresholds_of(const Column& column, std::size_t levels) {
  std::vector<float> thresholds;
  if (levels < 2) return thresholds;
  const double step = (static_cast<double>(column.high) - static_cast<double>(column.low)) /
                      static_cast<double>(levels - 1);
  for (std::size_t index = 0; index + 1 < levels; ++index) {
    thresholds.push_back(static_cast<float>(static_cast<double>(column.low) +
                                            step * (static_cast<double>(index) + 0.5)));
  }
  return thresholds;
}

/// The readings' codes at the levels tried, and trees grown on them.
class Search {
 public:
  Search(const data::Table& table, std::span<const std::uint32_t> rows,
         std::span<const double> units, const Options& options,
         const std::function<void(unsigned)>& on_round)
      : table_(table), options_(options) {
    boosting_.rounds_max = 80;
    boosting_.patience = 12;
    boosting_.depth_max = 6;
    boosting_.learning_rate = 0.2;
    boosting_.seed = options.seed;
    boosting_.threads = options.threads;
    boosting_.on_round = on_round;
    const data::Split split = stopping_rows(table, rows, options);
    seen_rows_ = drawn(rows, split.train, training_rows_most, options.seed);
    unseen_rows_ = drawn(rows, split.test, unseen_rows_most, options.seed);
    for (std::size_t f = 0; f < table.feature_names.size(); ++f) {
      columns_.push_back(column_of(f, rows, units[f]));
    }
    seen_codes_ = base::Matrix(seen_rows_.size(), columns_.size());
    unseen_codes_ = base::Matrix(unseen_rows_.size(), columns_.size());
    for (Column& column : columns_) encode(column, column.levels);
  }

  std::vector<std::size_t> levels() {
    if (!unseen_rows_.empty() && columns_.size() > 1) lower_all();
    std::vector<std::size_t> result;
    for (const Column& column : columns_) result.push_back(column.levels);
    return result;
  }

 private:
  // Row numbers of the table.
  static std::vector<std::uint32_t> drawn(std::span<const std::uint32_t> rows,
                                          const std::vector<std::uint32_t>& places,
                                          std::size_t most, std::uint64_t seed) {
    constexpr std::uint64_t stream = 903;
    std::vector<std::uint32_t> own = places;
    if (places.size() > most) {
      own.clear();
      for (const std::uint32_t at : base::shuffled_rows(places.size(), seed, stream)) {
        own.push_back(places[at]);
      }
      own.resize(most);
    }
    for (std::uint32_t& place : own) place = rows[place];
    return own;
  }

  Column column_of(std::size_t f, std::span<const std::uint32_t> rows, double units) const {
    Column column{f};
    column.number = !table_.categorical(f);
    if (!column.number) {
      column.levels = table_.categories[f].size();
      column.seen = picked(f, seen_rows_);
      column.unseen = picked(f, unseen_rows_);
      return column;
    }
    const std::vector<float> all = picked(f, rows);
    const data::Scaler scaler =
        data::fit_scaler({all.data(), all.size(), 1}, base::all_rows(all.size()));
    const double deviation = scaler.deviation.front();
    const auto [low, high] = std::ranges::minmax_element(all);
    column.low = scaler.standardised(*low, 0);
    column.high = scaler.standardised(*high, 0);
    column.tolerance = units / deviation;
    column.levels = units > 0.0 ? levels_alone(f, static_cast<double>(*high) - *low, units)
                                : std::size_t{1} << options_.bits;
    column.seen = picked(f, seen_rows_);
    column.unseen = picked(f, unseen_rows_);
    for (std::vector<float>* values : {&column.seen, &column.unseen}) {
      for (float& value : *values) value = scaler.standardised(value, 0);
    }
    return column;
  }

  std::size_t levels_alone(std::size_t f, double range, double units) const {
    // The first and the last step are half as wide: a level more than range / (2 units).
    const double levels = std::max(2.0, std::ceil(range / (2.0 * units) - 1e-9) + 1.0);
    if (levels <= levels_most) return static_cast<std::size_t>(levels);
    throw base::OptionError(
        "tolerance", "",
        fmt::format("{} within {:.6g} of its range of {:.6g} needs {:.0f} levels, more than 256",
                    text::in_quotes(table_.feature_names[f]), units, range, levels),
        fmt::format("give it {:.4g} or more", range / (2.0 * (levels_most - 1.0)) * 1.0001));
  }

  std::vector<float> picked(std::size_t f, std::span<const std::uint32_t> rows) const {
    std::vector<float> values;
    for (const std::uint32_t row : rows) values.push_back(table_.features(row, f));
    return values;
  }

  void encode(const Column& column, std::size_t levels) {
    const std::vector<float> thresholds = thresholds_of(column, levels);
    const auto fill = [&](const std::vector<float>& values, base::Matrix& codes) {
      for (std::size_t row = 0; row < values.size(); ++row) {
        codes(row, column.feature) =
            column.number ? static_cast<float>(quantize::code_of(values[row], thresholds))
                          : values[row];
      }
    };
    fill(column.seen, seen_codes_);
    fill(column.unseen, unseen_codes_);
  }

  std::vector<double> errors_of(const Column& column, std::size_t levels) const {
    BinValues bins{column.feature, {}};
    for (const double centre :
         bin_centres(thresholds_of(column, levels), column.low, column.high)) {
      bins.values.push_back(static_cast<float>(centre));
    }
    if (levels == 1) bins.values = {0.0F};
    const boosted::Examples unseen{unseen_codes_, column.unseen};
    const auto grown = residual_trees(bins, {seen_codes_, column.seen}, unseen, boosting_);
    return absolute_errors(bins, &grown.trees, unseen);
  }

  // With these levels, and the others' as they are now. Leaves the codes of these levels behind.
  bool keeps(const Column& column, std::size_t levels) {
    encode(column, levels);
    const std::vector<double> errors = errors_of(column, levels);
    return shown_within(rows_within(errors, column.tolerance), errors.size());
  }

  // From most to least.
  static std::vector<std::size_t> fewer_than(std::size_t levels) {
    constexpr double ratio = 0.84;  // a quarter of a bit
    std::vector<std::size_t> fewer;
    for (double next = ratio * static_cast<double>(levels); next >= 1.5; next *= ratio) {
      const auto rounded = static_cast<std::size_t>(std::lround(next));
      if (rounded < levels && (fewer.empty() || rounded < fewer.back())) fewer.push_back(rounded);
    }
    fewer.push_back(1);
    return fewer;
  }

  bool lowered_ones_keep(const Column& except) {
    return std::ranges::all_of(lowered_, [&](std::size_t f) {
      return f == except.feature || keeps(columns_[f], columns_[f].levels);
    });
  }

  void lower(Column& column) {
    const std::vector<std::size_t> fewer = fewer_than(column.levels);
    std::size_t good = 0;  // of `fewer`, how many keep it
    std::size_t bad = fewer.size();
    while (good < bad) {
      const std::size_t middle = good + (bad - good) / 2;
      if (keeps(column, fewer[middle])) {
        good = middle + 1;
      } else {
        bad = middle;
      }
    }
    for (; good > 0; --good) {
      encode(column, fewer[good - 1]);
      if (lowered_ones_keep(column)) break;
    }
    if (good > 0) {
      column.levels = fewer[good - 1];
      lowered_.push_back(column.feature);
    }
    encode(column, column.levels);
  }

  void lower_all() {
    std::vector<std::pair<double, std::size_t>> order;
    for (const Column& column : columns_) {
      if (column.tolerance == 0.0) continue;
      encode(column, 1);
      const std::vector<double> errors = errors_of(column, 1);
      order.emplace_back(error_quantile(errors, most_rows) / column.tolerance, column.feature);
      encode(column, column.levels);
    }
    std::ranges::sort(order);
    for (const auto& [ratio, feature] : order) lower(columns_[feature]);
  }

  const data::Table& table_;
  const Options& options_;
  boosted::BoostingOptions boosting_;
  std::vector<std::uint32_t> seen_rows_;
  std::vector<std::uint32_t> unseen_rows_;
  std::vector<Column> columns_;
  base::Matrix seen_codes_;
  base::Matrix unseen_codes_;
  std::vector<std::size_t> lowered_;  ///< features with fewer levels than on their own
};

}  // namespace

std::vector<std::pair<std::string, std::size_t>> levels_within(
    const data::Table& table, std::span<const std::uint32_t> rows, std::span<const double> units,
    const Options& options, const std::function<void(unsigned)>& on_round) {
  TERSE_CHECK(units.size() == table.feature_names.size());
  const std::vector<std::size_t> levels = Search(table, rows, units, options, on_round).levels();
  std::vector<std::pair<std::string, std::size_t>> named;
  const std::size_t dropped = options.drop_rate > 0.0 ? 1 : 0;  // its level counts, too
  for (std::size_t f = 0; f < levels.size(); ++f) {
    if (table.categorical(f)) continue;
    named.emplace_back(table.feature_names[f], levels[f] + (levels[f] > 1 ? dropped : 0));
  }
  return named;
}

}  // namespace terse::train
