#include "terse/train/reconstruction.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>

#include "terse/base/error.h"
#include "terse/payload/layout.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"
#include "terse/train/record.h"
#include "terse/train/tolerance_levels.h"

namespace terse::train {
namespace {

constexpr std::string_view setting = "reconstruct";
constexpr std::string_view tolerance_prefix = "tolerance ";

void require_known(const data::Table& table, std::size_t feature) {
  const bool names = table.categorical(feature);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const float value = table.features(row, feature);
    const bool gap = std::isnan(value);
    if (!gap && (!names || static_cast<std::size_t>(value) < table.categories[feature].size())) {
      continue;
    }
    throw base::InputError(
        table.source,
        fmt::format("row {}, column {}", row + 1, text::in_quotes(table.feature_names[feature])),
        gap ? "there is a gap, which cannot be given back"
            : "its category is not known, and cannot be given back",
        "leave such rows out, or the column: `ignore`");
  }
}

double range_of(const data::Table& table, std::span<const std::uint32_t> rows,
                std::size_t feature) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const std::uint32_t row : rows) {
    const auto value = static_cast<double>(table.features(row, feature));
    low = std::min(low, value);
    high = std::max(high, value);
  }
  return high - low;
}

void check_names(const data::Table& table, const Options& options) {
  for (const Tolerance& own : options.tolerances) {
    if (own.reading.empty()) continue;
    const auto found = std::ranges::find(table.feature_names, own.reading);
    if (found == table.feature_names.end()) {
      throw base::OptionError("tolerance", "", text::in_quotes(own.reading) + " is not a feature",
                              "name readings of the table");
    }
    if (!table.categorical(static_cast<std::size_t>(found - table.feature_names.begin()))) continue;
    throw base::OptionError("tolerance", "",
                            text::in_quotes(own.reading) + " holds categories, not numbers",
                            "leave its tolerance out: a category is sent as it is");
  }
}

// Per feature in units; 0 where there is none.
std::vector<double> resolved(const data::Table& table, std::span<const std::uint32_t> rows,
                             const Options& options) {
  check_names(table, options);
  std::vector<double> result;
  for (std::size_t f = 0; f < table.feature_names.size(); ++f) {
    const Tolerance* found = nullptr;
    for (const Tolerance& own : options.tolerances) {
      const bool named = own.reading == table.feature_names[f];
      if (named || (own.reading.empty() && found == nullptr)) found = &own;
    }
    double units = 0.0;
    if (found != nullptr && !table.categorical(f)) {
      constexpr double hundred = 100.0;
      units = found->percent ? found->value / hundred * range_of(table, rows, f) : found->value;
    }
    result.push_back(units);
  }
  return result;
}

}  // namespace

void target_the_readings(data::Table& table) {
  const std::size_t features = table.feature_names.size();
  if (features > model::targets_max) {
    throw base::OptionError("reconstruct", "",
                            fmt::format("{} has {} readings, and a model has at most {} targets",
                                        table.source, features, model::targets_max),
                            "leave some out: `ignore`");
  }
  table.further_targets.clear();
  for (std::size_t f = 0; f < features; ++f) {
    require_known(table, f);
    data::TargetColumn target{table.feature_names[f]};
    if (table.categorical(f)) target.classes = table.categories[f];
    if (!table.feature_origins.empty()) target.origin = table.feature_origins[f];
    for (std::size_t row = 0; row < table.rows(); ++row) {
      target.values.push_back(table.features(row, f));
    }
    if (f > 0) {
      table.further_targets.push_back(std::move(target));
      continue;
    }
    table.target_name = target.name;
    table.target_origin = target.origin;
    table.target = std::move(target.values);
    table.classes = std::move(target.classes);
  }
}

bool gives_back_readings(const model::Model& model) {
  if (recorded_setting(model, setting).empty()) return false;
  const std::vector<model::Target> targets = model.targets();
  if (targets.size() != model.features.size()) return false;
  for (std::size_t f = 0; f < targets.size(); ++f) {
    const model::Feature& feature = model.features[f];
    if (targets[f].name != feature.name || targets[f].origin != feature.origin) return false;
    if (!std::ranges::equal(targets[f].labels(), feature.categories)) return false;
  }
  return true;
}

std::vector<double> recorded_tolerances(const model::Model& model) {
  std::vector<double> result(model.features.size(), 0.0);
  for (std::size_t f = 0; f < result.size(); ++f) {
    const std::string name = std::string(tolerance_prefix) + model.features[f].name;
    const auto units = text::parse_number<double>(recorded_setting(model, name));
    if (units && std::isfinite(*units) && *units > 0.0) result[f] = *units;
  }
  return result;
}

Options reconstruction_options(const data::Table& table, std::span<const std::uint32_t> rows,
                               Options options, const std::function<void(unsigned)>& on_round) {
  if (options.tolerances.empty()) return options;
  const std::vector<double> units = resolved(table, rows, options);
  options.method = quantize::Method::bw_mq;
  options.start.reset();
  options.scale = {};
  options.midway = false;  // a reading between two of the training must not fall into a wider bin
  if (options.decoder == Decoder::best) options.decoder = Decoder::boosted;
  options.levels = levels_within(table, rows, units, options, on_round);
  options.tolerances.clear();
  for (std::size_t f = 0; f < units.size(); ++f) {
    if (units[f] > 0.0) options.tolerances.push_back({table.feature_names[f], units[f]});
  }
  return options;
}

double percent_within(const data::Table& table, std::span<const std::uint32_t> rows,
                      const Options& options, std::size_t payload_bytes,
                      const std::function<void(unsigned)>& on_round) {
  constexpr double steps[] = {0.2, 0.3, 0.5, 0.7,  1.0,  1.5,  2.0,  3.0,
                              4.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0};
  const auto fits = [&](double percent) {
    Options own = options;
    own.tolerances = {{"", percent, true}};
    own = reconstruction_options(table, rows, own, on_round);
    std::vector<std::size_t> levels = feature_levels(own, table.feature_names);
    for (std::size_t f = 0; f < levels.size(); ++f) {
      if (table.categorical(f)) levels[f] = table.categories[f].size();
    }
    return payload::Layout(own.packing, std::move(levels)).bytes() <= payload_bytes;
  };
  std::size_t first = 0;
  std::size_t last = std::size(steps);
  while (first < last) {
    const std::size_t middle = first + (last - first) / 2;
    if (fits(steps[middle])) {
      last = middle;
    } else {
      first = middle + 1;
    }
  }
  if (last < std::size(steps)) return steps[last];
  throw base::OptionError(
      "payload", "",
      fmt::format("{} bytes do not hold all readings within half their range", payload_bytes),
      "give more bytes, or leave readings out: `ignore`");
}

void record_reconstruction(model::Model& model, const Options& options) {
  auto& settings = model.record.settings;
  std::erase_if(settings, [](const auto& one) { return one.first == "tolerance"; });
  settings.emplace_back(setting, "readings");
  for (const Tolerance& own : options.tolerances) {
    settings.emplace_back(std::string(tolerance_prefix) + own.reading,
                          fmt::format("{}", own.value));
  }
}

}  // namespace terse::train
