#include "terse/allocate/point_model.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "terse/allocate/training.h"
#include "terse/model/fold.h"
#include "terse/train/boosted_decoder.h"
#include "terse/train/code_rows.h"
#include "terse/train/option_table.h"

namespace terse::allocate {
namespace {

// The features as they are sent: dropped ones plain, merged categories out of the list.
std::vector<model::Feature> sent_features(const train::Preparation& prepared,
                                          const ShrinkingNetwork& network) {
  std::vector<model::Feature> features = prepared.features;
  for (std::size_t f = 0; f < features.size(); ++f) {
    model::Feature& feature = features[f];
    const FeatureShape& shape = network.table.shapes[f];
    feature.missing_level = shape.missing;
    feature.unseen_level = shape.other;
    std::vector<std::string> kept(shape.categories());
    for (std::size_t k = 0; k < feature.categories.size() && !network.special[f].empty(); ++k) {
      const std::size_t now = network.special[f][k];
      if (now < kept.size()) kept[now] = feature.categories[k];
    }
    feature.categories = std::move(kept);
  }
  return features;
}

// A text column that is not sent need not even be read, nor need a level be computed.
void drop_silent(model::Model& model, const data::Table& table, bool computed) {
  std::vector<model::Feature> features;
  quantize::Thresholds thresholds;
  const std::vector<std::size_t> levels = model.levels();
  auto& network = std::get<model::decoder::Lookup>(model.decoder);
  std::vector<float> rows;
  std::size_t row = 0;
  for (std::size_t f = 0; f < levels.size(); ++f) {
    const bool level = computed && f + 1 == levels.size();
    const bool silent = levels[f] == 1 && (table.categorical(f) || level);
    for (std::size_t k = 0; k < levels[f]; ++k, ++row) {
      const auto values = std::as_const(network.table).row(row);
      if (silent) {
        for (std::size_t u = 0; u < values.size(); ++u) network.bias[u] += values[u];
      } else {
        rows.insert(rows.end(), values.begin(), values.end());
      }
    }
    if (silent) continue;
    thresholds.add_feature(model.thresholds.of(f));
    features.push_back(model.features[f]);
  }
  const std::size_t units = network.table.columns();
  network.table = base::Matrix(rows.size() / units, units);
  std::ranges::copy(rows, network.table.values().begin());
  model.features = std::move(features);
  model.thresholds = std::move(thresholds);
}

model::Model folded(const ShrinkingNetwork& network, const data::Table& table,
                    const train::Preparation& prepared, const train::Options& training) {
  inference::Parameters trained = parameters(network.table);
  model::FoldInput input;
  input.method = quantize::Method::bw_sq;
  input.features = sent_features(prepared, network);
  input.thresholds = network.table.thresholds;
  if (training.midway) input.readings = prepared.readings;
  input.layers = std::move(trained.layers);
  model::Model result = model::fold(input);
  result.target_name = table.target_name;
  result.target_origin = table.target_origin;
  result.output = train::output_of(table, prepared, training.objective);
  result.record.data = table.source;
  result.record.seed = training.seed;
  result.record.settings = train::settings(training);
  return result;
}

// Bits, which small devices pack more easily, unless that is a byte more or over the budget.
void choose_packing(model::Model& model, double budget) {
  model.packing = payload::Packing::radix;
  const std::size_t radix_bytes = model.payload_bytes();
  model.packing = payload::Packing::bits;
  const bool over = static_cast<double>(model.payload_bits()) > budget;
  if (over || model.payload_bytes() > radix_bytes) model.packing = payload::Packing::radix;
}

// From here on the last feature is computed of the readings before it.
void compute_last(model::Model& model, const model::Forest& forest) {
  model.features.back().forest = forest;
  model.record.settings.emplace_back("computed", "forest");
  model.record.settings.emplace_back("forest_depth", std::to_string(forest.depth));
  model.record.settings.emplace_back("forest_trees", std::to_string(forest.trees()));
}

}  // namespace

model::Model model_of(const CurvePoint& point, const data::Table& table,
                      std::span<const std::uint32_t> rows, const train::Options& training,
                      const AllocateOptions& options, const train::Observer& observer) {
  const data::Table& known = point.computed ? point.computed->table : table;
  const train::Preparation prepared = train::prepare(known, rows, training);
  const Task task = task_of(known, prepared, training);
  ShrinkingNetwork network = point.network;
  network.table = trained_on(task, network.rows(), network.table, training,
                             final_phase(training, options), training.seed + 1, observer);
  model::Model model = folded(network, known, prepared, training);
  const bool level = point.computed && point.levels.back() > 1;
  drop_silent(model, known, point.computed != nullptr);
  if (point.decoder == train::Decoder::boosted) {
    train::give_boosted_decoder(model, table_for(model, known), rows, prepared, training);
  }
  choose_packing(model, point.budgets.back());
  train::count_code_rows(model, table_for(model, known), rows);
  if (level) compute_last(model, point.computed->forest);
  return model;
}

data::Table table_for(const model::Model& model, const data::Table& table) {
  data::Table result = table;
  std::vector<std::size_t> columns;
  for (const model::Feature& feature : std::span(model.features).first(model.readings())) {
    const auto name = std::ranges::find(table.feature_names, feature.name);
    columns.push_back(static_cast<std::size_t>(name - table.feature_names.begin()));
  }
  result.features = base::Matrix(table.rows(), columns.size());
  result.feature_names.clear();
  result.feature_units.clear();
  result.feature_origins.clear();
  result.categories.clear();
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const std::size_t from = columns[c];
    result.feature_names.push_back(table.feature_names[from]);
    if (!table.feature_units.empty()) result.feature_units.push_back(table.feature_units[from]);
    result.feature_origins.push_back(model.features[c].origin);
    // The model may know fewer categories: the others are then one, numbered behind them.
    const std::vector<std::string>& known = model.features[c].categories;
    if (!table.categories.empty()) result.categories.push_back(known);
    for (std::size_t r = 0; r < table.rows(); ++r) {
      float value = table.features(r, from);
      if (!known.empty() && !std::isnan(value)) {
        const std::string& label = table.categories[from][static_cast<std::size_t>(value)];
        value = static_cast<float>(std::ranges::find(known, label) - known.begin());
      }
      result.features(r, c) = value;
    }
  }
  const auto is_zero = [](double origin) { return origin == 0.0; };
  if (std::ranges::all_of(result.feature_origins, is_zero)) result.feature_origins.clear();
  return result;
}

}  // namespace terse::allocate
