#include "terse/train/forest_training.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/picked.h"
#include "terse/boosted/boosting.h"
#include "terse/data/split_rule.h"
#include "terse/model/forest.h"
#include "terse/text/quoting.h"
#include "terse/train/preparation.h"
#include "terse/train/prepared_target.h"

namespace terse::train {
namespace {

using model::decoder::TreeNode;
using model::decoder::Trees;

constexpr std::size_t fold_count = 10;
constexpr double leaf_most = 127.0;

void require_numbers(const data::Table& table, std::span<const std::uint32_t> rows) {
  if (!table.further_targets.empty()) {
    throw base::OptionError("computed", "", "is for one target",
                            "name one in `target`, or leave it out");
  }
  if (table.classes.size() > 2) {
    throw base::OptionError("computed", "",
                            fmt::format("is for numbers and two classes; {} has {}",
                                        text::in_quotes(table.target_name), table.classes.size()),
                            "leave it out");
  }
  for (std::size_t f = 0; f < table.feature_names.size(); ++f) {
    const std::string where = "column " + text::in_quotes(table.feature_names[f]);
    if (table.categorical(f)) {
      throw base::InputError(table.source, where,
                             "holds categories, of which a device computes nothing",
                             "leave it out with `ignore`, or let the device compute nothing");
    }
    for (const std::uint32_t row : rows) {
      if (!std::isnan(table.features(row, f))) continue;
      throw base::InputError(table.source, fmt::format("row {}, {}", row + 1, where),
                             "there is a gap, of which a device computes nothing",
                             "leave out the rows with a gap, or let the device compute nothing");
    }
  }
}

// 64,000 steps between the quantiles 0.0005 and 0.9995: what lies outside has a little room.
model::ForestInput input_of(std::size_t feature, std::vector<float> readings) {
  constexpr double outside = 0.0005;
  constexpr double steps = 64000.0;
  std::ranges::sort(readings);
  const auto last = static_cast<double>(readings.size() - 1);
  const double low = readings[static_cast<std::size_t>(std::floor(outside * last))];
  const double high = readings[static_cast<std::size_t>(std::ceil((1.0 - outside) * last))];
  const double scale = high > low ? std::clamp(steps / (high - low), 1e-30, 1e30) : 1.0;
  return {static_cast<std::uint32_t>(feature), static_cast<float>(low + 0.5 * (high - low)),
          static_cast<float>(scale)};
}

std::vector<float> targets_of(const data::Table& table, std::span<const std::uint32_t> rows,
                              const Objective& objective) {
  if (table.classes.empty()) require_values(table, table.target_view(0), objective);
  std::vector<float> targets = base::picked(table.target, rows);
  if (objective.scale == TargetScale::log && table.classes.empty()) {
    for (float& target : targets) target = std::log(target);
  }
  const data::Scaler scaler =
      data::fit_scaler({targets.data(), targets.size(), 1}, base::all_rows(targets.size()));
  for (float& target : targets) target = scaler.standardised(target, 0);
  return targets;
}

// Each training row is to be in one test part.
std::vector<data::Split> folds_of(const data::Table& table, std::span<const std::uint32_t> rows,
                                  const Options& options) {
  data::SplitRule rule = options.split;
  data::Copies copies = options.keep_copies_together;
  if (rule.kind == data::SplitKind::last) rule = {data::SplitKind::blocks};
  if (rule.kind == data::SplitKind::column) rule = {};
  if (rule.kind == data::SplitKind::blocks) copies = data::Copies::apart;
  const std::size_t count = std::min(fold_count, rows.size());
  return data::validation_splits(table, rows, count, options.seed, rule, copies);
}

/// Readings as the device holds them, and what is learned of them.
struct Rows {
  base::Matrix inputs;
  std::vector<float> targets;
  std::vector<float> weights;  ///< empty: 1 each
};

Rows picked_rows(const Rows& all, std::span<const std::uint32_t> places) {
  Rows own{base::picked(all.inputs, places), base::picked(all.targets, places), {}};
  if (!all.weights.empty()) own.weights = base::picked(all.weights, places);
  return own;
}

Trees grown(const Rows& rows, const Options& options,
            const std::function<void(unsigned)>& on_round) {
  boosted::BoostingOptions boosting;
  boosting.rounds_max = options.forest_trees;
  boosting.depth_max = options.forest_depth;
  boosting.learning_rate = 0.3;
  boosting.leaf_weight_min = 5.0;
  boosting.bins = 128;
  boosting.seed = options.seed;
  boosting.threads = options.threads;
  boosting.on_round = on_round;
  return boosted::boost({rows.inputs, rows.targets, rows.weights}, {}, boosting).trees;
}

double largest_leaf(const Trees& trees) {
  double largest = 0.0;
  for (const TreeNode& node : trees.nodes) {
    if (node.left == 0) largest = std::max(largest, std::abs(static_cast<double>(node.value)));
  }
  return largest;
}

std::int8_t rounded_leaf(float value, double scale) {
  const double rounded = std::round(static_cast<double>(value) * scale);
  return static_cast<std::int8_t>(std::clamp(rounded, -leaf_most, leaf_most));
}

/// Boosted trees filled up to complete ones.
class Completion {
 public:
  Completion(const Trees& trees, std::size_t depth, double scale)
      : trees_(trees), scale_(scale), splits_((std::size_t{1} << depth) - 1) {
    result_.depth = depth;
    std::vector<bool> used;
    for (const TreeNode& node : trees.nodes) {
      if (node.left == 0) continue;
      if (used.size() <= node.feature) used.resize(node.feature + 1, false);
      used[node.feature] = true;
    }
    // A forest that decides nothing has an input all the same.
    if (used.empty()) used.push_back(true);
    for (std::size_t f = 0; f < used.size(); ++f) {
      place_of_.push_back(features_.size());
      if (used[f]) features_.push_back(f);
    }
  }

  const std::vector<std::size_t>& features() const { return features_; }

  model::Forest forest() {
    const std::size_t count = trees_.roots.size();
    result_.nodes.assign(count * splits_, 0);
    // Every input is at most the largest, and goes left.
    result_.thresholds.assign(count * splits_, std::numeric_limits<std::int16_t>::max());
    result_.leaves.assign(count * (splits_ + 1), 0);
    for (std::size_t tree = 0; tree < count; ++tree) fill(tree, 0, trees_.roots[tree]);
    return std::move(result_);
  }

 private:
  void fill(std::size_t tree, std::size_t place, std::size_t from) {
    const TreeNode& node = trees_.nodes[from];
    if (place >= splits_) {
      TERSE_CHECK(node.left == 0);
      result_.leaves[tree * (splits_ + 1) + place - splits_] = rounded_leaf(node.value, scale_);
      return;
    }
    if (node.left > 0) {
      const std::size_t at = tree * splits_ + place;
      result_.nodes[at] = static_cast<std::uint8_t>(place_of_[node.feature]);
      // Below `value` goes left: of whole numbers, those up to the one before it.
      const double most = std::ceil(static_cast<double>(node.value)) - 1.0;
      result_.thresholds[at] = static_cast<std::int16_t>(std::clamp(most, -32768.0, 32767.0));
    }
    fill(tree, 2 * place + 1, node.left > 0 ? node.left : from);
    fill(tree, 2 * place + 2, node.left > 0 ? node.left + 1 : from);
  }

  const Trees& trees_;
  double scale_;
  std::size_t splits_;
  std::vector<std::size_t> features_;  ///< those that trees compare
  std::vector<std::size_t> place_of_;  ///< of a feature, among them
  model::Forest result_;
};

}  // namespace

TrainedForest trained_forest(const data::Table& table, std::span<const std::uint32_t> rows,
                             const Options& options,
                             const std::function<void(unsigned)>& on_round) {
  require_numbers(table, rows);
  Rows all{base::Matrix(rows.size(), table.features.columns()),
           targets_of(table, rows, options.objective),
           {}};
  if (!table.weights.empty()) all.weights = base::picked(table.weights, rows);
  std::vector<model::ForestInput> inputs;
  for (std::size_t f = 0; f < table.features.columns(); ++f) {
    std::vector<float> readings;
    for (const std::uint32_t row : rows) readings.push_back(table.features(row, f));
    inputs.push_back(input_of(f, readings));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      all.inputs(i, f) = model::forest_input(inputs.back(), readings[i]);
    }
  }
  const Trees trees = grown(all, options, on_round);
  const double largest = largest_leaf(trees);
  const double scale = largest > 0.0 ? leaf_most / largest : 1.0;
  Completion completion(trees, options.forest_depth, scale);
  if (completion.features().size() > model::forest_inputs_max) {
    throw base::OptionError("forest_trees", "",
                            fmt::format("the trees ask for {} readings, more than {}",
                                        completion.features().size(), model::forest_inputs_max),
                            "give fewer trees, or fewer features");
  }
  TrainedForest result;
  result.forest = completion.forest();
  for (const std::size_t f : completion.features()) result.forest.inputs.push_back(inputs[f]);

  std::vector<std::uint32_t> place_of(table.rows(), 0);
  for (std::size_t i = 0; i < rows.size(); ++i) place_of[rows[i]] = static_cast<std::uint32_t>(i);
  const auto places = [&](const std::vector<std::uint32_t>& own) {
    std::vector<std::uint32_t> found;
    for (const std::uint32_t row : own) found.push_back(place_of[row]);
    return found;
  };
  result.unseen_sums.assign(rows.size(), 0.0F);
  for (const data::Split& fold : folds_of(table, rows, options)) {
    Trees own = grown(picked_rows(all, places(fold.train)), options, on_round);
    for (TreeNode& node : own.nodes) {
      if (node.left == 0) node.value = rounded_leaf(node.value, scale);
    }
    for (const std::uint32_t place : places(fold.test)) {
      result.unseen_sums[place] = model::decoder::predict(own, all.inputs.row(place));
    }
  }
  return result;
}

}  // namespace terse::train
