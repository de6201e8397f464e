#include "terse/train/scales.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "terse/base/error.h"
#include "terse/stats/normal.h"
#include "terse/text/quoting.h"

namespace terse::train {
namespace {

using quantize::Knot;
using quantize::Scale;
using quantize::ScaleKind;

// Lines between this many corners are as good as the curve: a threshold lies on one of them.
constexpr std::size_t knots_max = 128;
// How often the width of the middle 99 % a reading may lie outside of it.
constexpr double reach = 5.0;
constexpr std::size_t rows_to_judge = 20;

using stats::normal_quantile;
using stats::normal_share;

/// The range of the readings without what lies far outside.
struct Fences {
  double low;
  double high;

  double bounded(float reading) const { return std::clamp<double>(reading, low, high); }
};

Fences fences_of(std::span<const float> sorted) {
  const Fences whole{sorted.front(), sorted.back()};
  if (sorted.size() < rows_to_judge) return whole;
  const std::size_t cut = std::max<std::size_t>(1, sorted.size() / 200);
  const double low = sorted[cut];
  const double high = sorted[sorted.size() - 1 - cut];
  const double width = high - low;
  if (width == 0.0) return whole;
  // The outermost readings within, so that a fence is a reading and a float32.
  const auto first = std::ranges::lower_bound(sorted, low - reach * width, {}, std::identity{});
  const auto last = std::ranges::upper_bound(sorted, high + reach * width, {}, std::identity{});
  return {static_cast<double>(*first), static_cast<double>(*(last - 1))};
}

struct Moments {
  double mean = 0.0;
  double deviation = 1.0;
};

Moments moments_of(std::span<const float> sorted, const std::function<double(float)>& value) {
  Moments moments;
  double sum = 0.0;
  for (const float reading : sorted) sum += value(reading);
  const auto count = static_cast<double>(sorted.size());
  moments.mean = sum / count;
  double squares = 0.0;
  for (const float reading : sorted) {
    const double difference = value(reading) - moments.mean;
    squares += difference * difference;
  }
  if (squares > 0.0) moments.deviation = std::sqrt(squares / count);
  return moments;
}

// The score of its rank, of equal readings that of their middle.
double normal_score(float reading, std::span<const float> sorted) {
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), reading);
  const double rank = 0.5 * static_cast<double>((first - sorted.begin()) + (last - sorted.begin()));
  return normal_quantile(rank / static_cast<double>(sorted.size()));
}

// Readings whose scores are about equally far apart, which gives tails as many as the middle.
std::vector<Knot> normal_knots(std::span<const float> sorted) {
  const auto count = static_cast<double>(sorted.size());
  const double end = normal_quantile((count - 0.5) / count);
  std::vector<Knot> knots;
  for (std::size_t k = 0; k <= knots_max; ++k) {
    const double z = end * (2.0 * static_cast<double>(k) / static_cast<double>(knots_max) - 1.0);
    const auto rank = static_cast<std::size_t>(std::clamp(normal_share(z) * count, 0.0, count - 1));
    const float reading = sorted[rank];
    if (!knots.empty() && knots.back().reading >= reading) continue;
    knots.push_back({reading, normal_score(reading, sorted)});
  }
  return knots;
}

std::vector<Knot> half_knots(std::span<const float> sorted) {
  const Fences fences = fences_of(sorted);
  const auto linear = [&](float reading) { return fences.bounded(reading); };
  const Moments moments = moments_of(sorted, linear);
  std::vector<Knot> knots = normal_knots(sorted);
  const Scale normal{knots};
  const auto score = [&](float reading) { return double{normal.scaled(reading)}; };
  const Moments of_scores = moments_of(sorted, score);
  for (Knot& knot : knots) {
    knot.value = 0.5 * ((linear(knot.reading) - moments.mean) / moments.deviation +
                        (knot.value - of_scores.mean) / of_scores.deviation);
  }
  return knots;
}

// The reading below which a twentieth of the sizes above 0 lie: the logarithm bends there.
double log_unit(std::span<const float> sorted) {
  std::vector<double> sizes;
  for (const float reading : sorted) {
    if (reading != 0.0F) sizes.push_back(std::abs(double{reading}));
  }
  const auto at = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 20);
  std::ranges::nth_element(sizes, at);
  return *at;
}

std::vector<Knot> log_knots(std::span<const float> sorted) {
  const double unit = log_unit(sorted);
  const auto curve = [&](double x) { return std::copysign(std::log1p(std::abs(x) / unit), x); };
  const auto back = [&](double y) { return std::copysign(unit * std::expm1(std::abs(y)), y); };
  const Fences fences = fences_of(sorted);
  const double first = curve(fences.low);
  const double last = curve(fences.high);
  std::vector<Knot> knots{{static_cast<float>(fences.low), first}};
  for (std::size_t k = 1; k < knots_max; ++k) {
    const double y =
        first + (last - first) * static_cast<double>(k) / static_cast<double>(knots_max);
    const auto reading = static_cast<float>(back(y));
    if (reading <= knots.back().reading || !(reading < static_cast<float>(fences.high))) continue;
    knots.push_back({reading, curve(double{reading})});
  }
  if (fences.high > fences.low) knots.push_back({static_cast<float>(fences.high), last});
  return knots;
}

// Less their mean, over their deviation; what lies beyond the corners gets one more on each side,
// so that it can still be told apart.
Scale standardised(std::vector<Knot> knots, std::span<const float> sorted) {
  const Scale raw{knots};
  const Moments moments =
      moments_of(sorted, [&](float reading) { return double{raw.scaled(reading)}; });
  double before = -std::numeric_limits<double>::infinity();
  for (Knot& knot : knots) {
    knot.value = std::max(before, (knot.value - moments.mean) / moments.deviation);
    before = knot.value;
  }
  if (sorted.front() < knots.front().reading) {
    knots.insert(knots.begin(), {sorted.front(), knots.front().value - 1.0});
  }
  if (sorted.back() > knots.back().reading) {
    knots.push_back({sorted.back(), knots.back().value + 1.0});
  }
  return {knots};
}

std::vector<float> sorted_readings(const data::Table& table, std::span<const std::uint32_t> rows,
                                   std::size_t feature) {
  std::vector<float> readings;
  readings.reserve(rows.size());
  for (const std::uint32_t row : rows) {
    const float reading = table.features(row, feature);
    if (!std::isnan(reading)) readings.push_back(reading);
  }
  std::ranges::sort(readings);
  return readings;
}

// How many of the steps between neighbouring quantiles are too small for training to part the
// readings on both sides, of those that are steps at all.
double crowded_share(std::span<const float> sorted, double smallest) {
  constexpr std::size_t quantiles = 64;
  std::size_t steps = 0;
  std::size_t small = 0;
  const auto at = [&](std::size_t k) {
    return double{sorted[(2 * k + 1) * (sorted.size() - 1) / (2 * quantiles)]};
  };
  for (std::size_t k = 1; k < quantiles; ++k) {
    const double step = at(k) - at(k - 1);
    if (step <= 0.0) continue;
    ++steps;
    small += step < smallest ? 1 : 0;
  }
  return steps == 0 ? 0.0 : static_cast<double>(small) / static_cast<double>(steps);
}

double correlation_with_scores(std::span<const float> sorted,
                               const std::function<double(float)>& value) {
  const Scale normal{normal_knots(sorted)};
  const auto score = [&](float reading) { return double{normal.scaled(reading)}; };
  const Moments of_values = moments_of(sorted, value);
  const Moments of_scores = moments_of(sorted, score);
  double sum = 0.0;
  for (const float reading : sorted) {
    sum += (value(reading) - of_values.mean) * (score(reading) - of_scores.mean);
  }
  return sum / (static_cast<double>(sorted.size()) * of_values.deviation * of_scores.deviation);
}

}  // namespace

ChosenScale automatic_scale(std::span<const float> sorted, bool full_precision) {
  TERSE_CHECK(!sorted.empty());
  if (sorted.size() < rows_to_judge || sorted.front() == sorted.back()) return {};
  const Fences fences = fences_of(sorted);
  const auto bounded = [&](float reading) { return fences.bounded(reading); };
  const Moments moments = moments_of(sorted, bounded);
  // The last temperature: training hardly tells apart what is closer.
  constexpr double finest = 1e-3;
  const double finest_share = crowded_share(sorted, finest * moments.deviation);
  if (finest_share > 0.25) {
    return {ScaleKind::half, false,
            fmt::format("{:.0f} % of its steps are below {:g} deviations", 100.0 * finest_share,
                        finest)};
  }
  // A network on readings as they are suffers from milder tails than thresholds do.
  const double fine = full_precision ? 0.02 : 0.01;
  const double skewed = full_precision ? 0.82 : 0.7;
  const double share = crowded_share(sorted, fine * moments.deviation);
  const double straightness = share > 0.4 ? correlation_with_scores(sorted, bounded) : 1.0;
  if (straightness < skewed) {
    return {ScaleKind::half, false,
            fmt::format("{:.0f} % of its steps are below {:g} deviations, and it correlates with "
                        "normal scores by {:.2f} only",
                        100.0 * share, fine, straightness)};
  }
  const auto outside = std::ranges::count_if(
      sorted, [&](float reading) { return fences.bounded(reading) != double{reading}; });
  if (outside == 0) return {};
  return {ScaleKind::linear, true,
          fmt::format("{} of {} readings lie far outside {:g} to {:g}", outside, sorted.size(),
                      fences.low, fences.high)};
}

quantize::Scale fit_scale(const ChosenScale& chosen, std::span<const float> sorted) {
  TERSE_CHECK(!sorted.empty() && sorted.front() < sorted.back());
  switch (chosen.kind) {
    case ScaleKind::automatic:
      break;
    case ScaleKind::linear: {
      if (!chosen.bounded) return {};
      const Fences fences = fences_of(sorted);
      return standardised({{static_cast<float>(fences.low), fences.low},
                           {static_cast<float>(fences.high), fences.high}},
                          sorted);
    }
    case ScaleKind::normal:
      return standardised(normal_knots(sorted), sorted);
    case ScaleKind::half:
      return standardised(half_knots(sorted), sorted);
    case ScaleKind::log:
      return standardised(log_knots(sorted), sorted);
  }
  TERSE_CHECK(false);
}

std::vector<ChosenScale> chosen_scales(const data::Table& table,
                                       std::span<const std::uint32_t> rows,
                                       const Options& options) {
  for (const auto& [name, kind] : options.scale.named) {
    const auto found = std::ranges::find(table.feature_names, name);
    if (found == table.feature_names.end()) {
      throw base::OptionError(
          "scale", "", text::in_quotes(name) + " is not a feature",
          fmt::format("the features are {}", fmt::join(table.feature_names, ", ")));
    }
    const auto feature = static_cast<std::size_t>(found - table.feature_names.begin());
    if (!table.categorical(feature)) continue;
    throw base::OptionError("scale", "", text::in_quotes(name) + " has categories, not numbers",
                            "leave it out of `scale`");
  }
  std::vector<ChosenScale> chosen;
  for (std::size_t f = 0; f < table.feature_names.size(); ++f) {
    const ScaleKind kind = options.scale.of(table.feature_names[f]);
    chosen.push_back({.kind = kind, .bounded = false, .reason = {}});
    if (table.categorical(f)) chosen.back().kind = ScaleKind::linear;
    if (chosen.back().kind != ScaleKind::automatic) continue;
    const std::vector<float> sorted = sorted_readings(table, rows, f);
    chosen.back() = sorted.empty()
                        ? ChosenScale{}
                        : automatic_scale(sorted, quantize::full_precision(options.method));
  }
  return chosen;
}

Options with_chosen_scales(const data::Table& table, std::span<const std::uint32_t> rows,
                           Options options) {
  const std::vector<ChosenScale> chosen = chosen_scales(table, rows, options);
  options.scale.named.clear();
  for (std::size_t f = 0; f < chosen.size(); ++f) {
    const ScaleKind kind = chosen[f].bounded ? ScaleKind::automatic : chosen[f].kind;
    if (table.categorical(f) || options.scale.all == kind) continue;
    options.scale.named.emplace_back(table.feature_names[f], kind);
  }
  return options;
}

void fit_scales(const data::Table& table, std::span<const std::uint32_t> rows,
                const Options& options, std::vector<model::Feature>& features) {
  const std::vector<ChosenScale> chosen = chosen_scales(table, rows, options);
  for (std::size_t f = 0; f < features.size(); ++f) {
    if (chosen[f].kind == ScaleKind::linear && !chosen[f].bounded) continue;
    const std::vector<float> sorted = sorted_readings(table, rows, f);
    if (sorted.empty() || sorted.front() == sorted.back()) continue;
    features[f].scale = fit_scale(chosen[f], sorted);
    const Fences fences = fences_of(sorted);
    const Moments moments =
        moments_of(sorted, [&](float reading) { return fences.bounded(reading); });
    features[f].mean = moments.mean;
    features[f].deviation = moments.deviation;
  }
}

base::Matrix scaled_readings(base::ConstMatrixView readings, std::span<const std::uint32_t> rows,
                             std::span<const model::Feature> features) {
  TERSE_CHECK(readings.columns == features.size());
  base::Matrix result(rows.size(), readings.columns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t f = 0; f < features.size(); ++f) {
      result(i, f) = features[f].scaled(readings(rows[i], f));
    }
  }
  return result;
}

std::vector<std::pair<std::string, std::string>> scale_record(const data::Table& table,
                                                              std::span<const ChosenScale> chosen) {
  std::vector<std::pair<std::string, std::string>> record;
  for (std::size_t f = 0; f < chosen.size(); ++f) {
    const ChosenScale& scale = chosen[f];
    if (scale.kind == ScaleKind::linear && !scale.bounded) continue;
    std::string text(scale.bounded ? "linear, bounded" : quantize::name(scale.kind));
    if (!scale.reason.empty()) text += " (" + scale.reason + ")";
    record.emplace_back("scale " + table.feature_names[f], text);
  }
  return record;
}

}  // namespace terse::train
