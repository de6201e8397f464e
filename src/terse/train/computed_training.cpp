#include "terse/train/computed_training.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/picked.h"
#include "terse/model/forest.h"
#include "terse/quantize/kmeans.h"
#include "terse/text/quoting.h"
#include "terse/train/any_decoder.h"
#include "terse/train/forest_training.h"
#include "terse/train/kept_encoder.h"
#include "terse/train/observer.h"
#include "terse/train/option_table.h"

namespace terse::train {
namespace {

// A feature's name is its own.
std::string level_name(const data::Table& table) {
  std::string name = "level of " + table.target_name;
  while (std::ranges::find(table.feature_names, name) != table.feature_names.end()) name += "'";
  return name;
}

// The table with one more feature, a number in each row.
data::Table with_column(const data::Table& table, const std::string& name,
                        std::span<const float> values) {
  data::Table result = table;
  const std::size_t columns = table.features.columns();
  result.feature_names.push_back(name);
  if (!result.feature_units.empty()) result.feature_units.emplace_back();
  if (!result.feature_origins.empty()) result.feature_origins.push_back(0.0);
  if (!result.categories.empty()) result.categories.emplace_back();
  result.features = base::Matrix(table.rows(), columns + 1);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::ranges::copy(table.features.row(row), result.features.row(row).begin());
    result.features(row, columns) = values[row];
  }
  return result;
}

std::vector<float> sums_of(const model::Forest& forest, const data::Table& table) {
  std::vector<float> sums(table.rows());
  for (std::size_t begin = 0; begin < sums.size(); begin += model::forest_rows) {
    const std::size_t rows = std::min(model::forest_rows, sums.size() - begin);
    const std::size_t columns = table.features.columns();
    model::add_forest_sums(forest, {table.features.data() + begin * columns, rows, columns},
                           {sums.data() + begin, rows, 1});
  }
  return sums;
}

// Sums are whole numbers: rounded down, a cut has the same ones above it.
std::vector<float> cuts_of(const std::vector<float>& sums, unsigned bits) {
  const std::size_t levels = std::size_t{1} << bits;
  quantize::Thresholds found =
      quantize::kmeans_thresholds({sums.data(), sums.size(), 1}, {&levels, 1});
  for (float& cut : found.values) cut = std::floor(cut);
  std::ranges::sort(found.values);
  found.values.erase(std::unique(found.values.begin(), found.values.end()), found.values.end());
  // Of sums that are all alike.
  const auto ends = std::ranges::minmax(sums);
  std::erase_if(found.values, [&](float cut) { return cut < ends.min || cut >= ends.max; });
  return found.values;
}

// An encoder that sends the level alone. table: with the column of sums behind the readings.
std::shared_ptr<const model::Model> level_encoder(const data::Table& table,
                                                  std::span<const std::uint32_t> rows,
                                                  const std::vector<float>& cuts,
                                                  payload::Packing packing) {
  auto encoder = std::make_shared<model::Model>();
  encoder->method = quantize::Method::bw_qq;
  encoder->packing = packing;
  const data::Scaler scaler = data::fit_scaler(table.features, rows);
  for (std::size_t f = 0; f < table.feature_names.size(); ++f) {
    model::Feature feature;
    feature.name = table.feature_names[f];
    if (!table.feature_units.empty()) feature.unit = table.feature_units[f];
    if (!table.feature_origins.empty()) feature.origin = table.feature_origins[f];
    feature.mean = scaler.mean[f];
    feature.deviation = scaler.deviation[f];
    encoder->features.push_back(std::move(feature));
    const bool level = f + 1 == table.feature_names.size();
    encoder->thresholds.add_feature(level ? std::span<const float>(cuts)
                                          : std::span<const float>{});
  }
  return encoder;
}

// What training said besides its settings: the choice of a decoder, of scales.
void describe(model::Model& model, const Options& options) {
  constexpr std::array<std::string_view, 6> of_thresholds = {
      "method", "bits", "threshold_rate_factor", "schedule", "temperature_end", "scale"};
  auto record = options.encoder ? settings_of_decoder(options) : settings(options);
  if (options.computed == Computed::forest_alone) {
    std::erase_if(record, [&](const auto& setting) {
      return std::ranges::find(of_thresholds, setting.first) != of_thresholds.end();
    });
  }
  for (const auto& setting : model.record.settings) {
    if (setting.first == "decoder chosen" || setting.first.starts_with("scale ")) {
      record.push_back(setting);
    }
  }
  model.record.settings = std::move(record);
}

model::Model train_kept(const data::Table& table, std::span<const std::uint32_t> rows,
                        const Options& options, const Observer& observer) {
  const std::size_t readings = options.encoder->readings();
  const std::vector<model::Feature>& features = options.encoder->features;
  auto plain = std::make_shared<model::Model>(*options.encoder);
  data::Table complete = table;
  for (std::size_t f = readings; f < features.size(); ++f) {
    plain->features[f].forest.reset();
    if (table.features.columns() != readings) break;  // refused as every other such table
    complete = with_column(complete, features[f].name, sums_of(*features[f].forest, table));
  }
  Options own = options;
  own.encoder = std::move(plain);
  model::Model model = train_any_decoder(complete, rows, own, observer);
  for (std::size_t f = readings; f < features.size(); ++f) {
    model.features[f].forest = features[f].forest;
  }
  return model;
}

}  // namespace

bool computes_features(const Options& options) {
  if (options.encoder) return options.encoder->readings() < options.encoder->features.size();
  return options.computed != Computed::nothing;
}

ComputedColumn with_computed_column(const data::Table& table, std::span<const std::uint32_t> rows,
                                    const Options& options, const Observer& observer) {
  TrainedForest trained =
      trained_forest(table, rows, options, [&](unsigned) { stop_if_asked(observer.stop); });
  std::vector<float> sums = sums_of(trained.forest, table);
  for (std::size_t i = 0; i < rows.size(); ++i) sums[rows[i]] = trained.unseen_sums[i];
  return {with_column(table, level_name(table), sums), std::move(trained.forest)};
}

model::Model train_with_forest(const data::Table& table, std::span<const std::uint32_t> rows,
                               const Options& options, const Observer& observer) {
  if (options.encoder) return train_kept(table, rows, options, observer);
  auto [complete, forest] = with_computed_column(table, rows, options, observer);
  const std::string name = complete.feature_names.back();
  Options own = options;
  own.computed = Computed::nothing;
  if (options.computed == Computed::forest_alone) {
    std::vector<float> sums;
    for (const std::uint32_t row : rows) sums.push_back(complete.features.row(row).back());
    const std::vector<float> cuts = cuts_of(sums, options.level_bits);
    if (cuts.empty()) {
      throw base::InputError(table.source, "", "the forest says the same of every row",
                             "leave `computed` out, or give more rows");
    }
    own.encoder = level_encoder(complete, rows, cuts, options.packing);
    own = with_kept_encoder(own);
  } else {
    own.levels.emplace_back(name, std::size_t{1} << options.level_bits);
  }
  model::Model model = train_any_decoder(complete, rows, own, observer);
  TERSE_CHECK(model.features.back().name == name);
  model.features.back().forest = std::move(forest);
  describe(model, options);
  return model;
}

}  // namespace terse::train
