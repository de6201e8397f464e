#include "terse/train/reading_trees.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "terse/base/error.h"
#include "terse/base/picked.h"
#include "terse/boosted/joined_trees.h"
#include "terse/train/code_examples.h"

namespace terse::train {
namespace {

using model::decoder::TreeNode;
using model::decoder::Trees;

constexpr double most_rows = 0.95;

// Values of codes first .. last - 1 below node `place`.
void split_codes(const BinValues& bins, std::size_t first, std::size_t last, std::size_t place,
                 std::vector<TreeNode>& nodes) {
  if (last - first == 1) {
    nodes[place].value = bins.values[first];
    return;
  }
  const std::size_t middle = first + (last - first) / 2;
  const std::size_t left = nodes.size();
  nodes[place] = {static_cast<std::uint32_t>(bins.feature), static_cast<float>(middle),
                  static_cast<std::uint32_t>(left)};
  nodes.resize(left + 2);
  split_codes(bins, first, middle, left, nodes);
  split_codes(bins, middle, last, left + 1, nodes);
}

Trees one_after_the_other(const Trees& first, const Trees& second) {
  Trees all = first;
  const auto moved = static_cast<std::uint32_t>(first.nodes.size());
  for (const std::uint32_t root : second.roots) all.roots.push_back(root + moved);
  for (TreeNode node : second.nodes) {
    if (node.left > 0) node.left += moved;
    all.nodes.push_back(node);
  }
  return all;
}

double mean_square(std::span<const double> errors) {
  const double sum = std::inner_product(errors.begin(), errors.end(), errors.begin(), 0.0);
  return sum / static_cast<double>(errors.size());
}

bool within(std::span<const double> errors, double tolerance) {
  return shown_within(rows_within(errors, tolerance), errors.size());
}

Trees first_trees(const Trees& trees, std::size_t count) {
  Trees first = trees;
  if (count < trees.roots.size()) first.nodes.resize(trees.roots[count]);
  first.roots.resize(count);
  return first;
}

// As many as a tolerance needs, for each makes the file and the script of a codec longer; all if
// they are too few. tolerance: standardised.
Trees enough_trees(const BinValues& bins, const Trees& all, const boosted::Examples& unseen,
                   double tolerance) {
  const auto keep = [&](std::size_t count) {
    const Trees first = first_trees(all, count);
    return within(absolute_errors(bins, &first, unseen), tolerance);
  };
  std::size_t few = 0;
  std::size_t enough = all.roots.size();
  if (!keep(enough)) return all;
  while (few + 1 < enough) {
    const std::size_t middle = few + (enough - few) / 2;
    (keep(middle) ? enough : few) = middle;
  }
  return first_trees(all, enough);
}

// What other readings say of one; no trees if that is nothing, or if they are not needed.
Trees helping_trees(const BinValues& bins, const CodeExamples& seen, const CodeExamples& unseen,
                    double tolerance, const boosted::BoostingOptions& boosting) {
  const boosted::Examples measured = unseen.examples();
  const std::vector<double> plain = absolute_errors(bins, nullptr, measured);
  const bool all_within = rows_within(plain, tolerance) == plain.size();
  if (tolerance > 0.0 && (all_within || within(plain, tolerance))) return {};
  Trees trees = residual_trees(bins, seen.examples(), measured, boosting).trees;
  const std::vector<double> helped = absolute_errors(bins, &trees, measured);
  const bool better = tolerance > 0.0
                          ? error_quantile(helped, most_rows) < error_quantile(plain, most_rows)
                          : mean_square(helped) < mean_square(plain);
  if (!better) return {};
  return tolerance > 0.0 ? enough_trees(bins, trees, measured, tolerance) : trees;
}

/// One reading's targets as training has them.
struct Reading {
  const std::vector<float>& values;  ///< of prepared rows, standardised, or classes
  const data::Scaler& scaler;
};

Reading reading_of(const Preparation& prepared, std::size_t f) {
  if (f == 0) return {prepared.targets, prepared.target_scaler};
  return {prepared.further_targets[f - 1].values, prepared.further_targets[f - 1].scaler};
}

// codes: of the first rows.size() prepared rows; levels: all of the feature. Codes without a
// reading have the mean, 0.
BinValues number_bins(const model::Model& model, const base::Matrix& readings,
                      const base::Matrix& codes, std::size_t f, const Reading& reading,
                      std::size_t levels, bool centres) {
  const std::span<const float> thresholds = model.thresholds.of(f);
  double low = INFINITY;
  double high = -INFINITY;
  std::vector<double> sum(levels, 0.0);
  std::vector<double> count(levels, 0.0);
  for (std::size_t row = 0; row < readings.rows(); ++row) {
    const auto own = static_cast<double>(readings(row, f));
    low = std::min(low, own);
    high = std::max(high, own);
    const auto code = static_cast<std::size_t>(codes(row, f));
    sum[code] += static_cast<double>(reading.values[row]);
    count[code] += 1.0;
  }
  BinValues bins{f, std::vector<float>(levels, 0.0F)};
  const std::vector<double> middle = bin_centres(thresholds, low, high);
  for (std::size_t code = 0; code < middle.size(); ++code) {
    const bool centre = (centres && middle.size() > 1) || count[code] == 0.0;
    bins.values[code] = centre ? reading.scaler.standardised(static_cast<float>(middle[code]), 0)
                               : static_cast<float>(sum[code] / count[code]);
  }
  return bins;
}

// Scores whose softmax is the category of the code; of other codes the share of each.
Trees category_trees(std::size_t f, std::size_t levels, std::size_t classes,
                     std::span<const float> values) {
  constexpr float certain = 16.0F;
  std::vector<double> share(classes, 1.0);
  for (const float value : values) share[static_cast<std::size_t>(value)] += 1.0;
  Trees all;
  all.output_count = classes;
  for (std::size_t k = 0; k < classes; ++k) {
    const auto rows = static_cast<double>(values.size() + classes);
    BinValues scores{f, std::vector<float>(levels, static_cast<float>(std::log(share[k] / rows)))};
    for (std::size_t code = 0; code < classes; ++code) {
      scores.values[code] = code == k ? certain : 0.0F;
    }
    all = one_after_the_other(all, bin_tree(scores));
  }
  return all;
}

double tolerance_of(const Options& options, const std::string& name, double deviation) {
  for (const Tolerance& own : options.tolerances) {
    if (own.reading == name) return own.value / deviation;
  }
  return 0.0;
}

}  // namespace

std::vector<double> bin_centres(std::span<const float> thresholds, double low, double high) {
  std::vector<double> centres;
  double from = low;
  for (std::size_t bin = 0; bin <= thresholds.size(); ++bin) {
    const double to = bin < thresholds.size() ? static_cast<double>(thresholds[bin]) : high;
    centres.push_back(0.5 * (from + to));
    from = to;
  }
  return centres;
}

Trees bin_tree(const BinValues& bins) {
  TERSE_CHECK(!bins.values.empty());
  Trees tree;
  tree.roots.push_back(0);
  tree.nodes.resize(1);
  split_codes(bins, 0, bins.values.size(), 0, tree.nodes);
  return tree;
}

boosted::Boosted residual_trees(const BinValues& bins, const boosted::Examples& training,
                                const boosted::Examples& validation,
                                const boosted::BoostingOptions& options) {
  const auto residuals = [&](const boosted::Examples& rows) {
    std::vector<float> left;
    for (std::size_t row = 0; row < rows.inputs.rows; ++row) {
      left.push_back(rows.targets[row] - bins.of(rows.inputs.row(row)));
    }
    return left;
  };
  const std::vector<float> own = residuals(training);
  const std::vector<float> unseen = residuals(validation);
  return boosted::boost({training.inputs, own, training.weights},
                        {validation.inputs, unseen, validation.weights}, options);
}

std::vector<double> absolute_errors(const BinValues& bins, const Trees* more,
                                    const boosted::Examples& rows) {
  std::vector<double> errors;
  for (std::size_t row = 0; row < rows.inputs.rows; ++row) {
    const std::span<const float> codes = rows.inputs.row(row);
    float value = bins.of(codes);
    if (more != nullptr) value += model::decoder::predict(*more, codes);
    errors.push_back(std::abs(static_cast<double>(value) - static_cast<double>(rows.targets[row])));
  }
  return errors;
}

double error_quantile(std::vector<double> errors, double share) {
  const double rank = std::ceil(share * static_cast<double>(errors.size()) - 1e-9);
  const auto place = static_cast<std::ptrdiff_t>(rank) - 1;
  std::nth_element(errors.begin(), errors.begin() + place, errors.end());
  return errors[static_cast<std::size_t>(place)];
}

std::size_t rows_within(std::span<const double> errors, double tolerance) {
  constexpr double rounding = 1e-6;
  return static_cast<std::size_t>(
      std::ranges::count_if(errors, [&](double error) { return error <= tolerance + rounding; }));
}

bool shown_within(std::size_t within, std::size_t rows) {
  if (rows == 0) return false;
  constexpr double one_sided = 2.3263;  // normal, 99 %: many are tried on the same rows
  const auto count = static_cast<double>(rows);
  const double chance = one_sided * std::sqrt(most_rows * (1.0 - most_rows) / count);
  return static_cast<double>(within) / count >= most_rows + chance;
}

void give_reading_trees(model::Model& model, const data::Table& table,
                        std::span<const std::uint32_t> rows, const Preparation& prepared,
                        const Options& options, const std::function<void(unsigned)>& on_round) {
  const base::Matrix readings = base::picked(table.features, rows);
  const base::Matrix codes = code_inputs(model, readings);
  const data::Split split = stopping_rows(table, rows, options);
  const std::vector<std::size_t> levels = model.levels();
  boosted::BoostingOptions boosting;
  boosting.rounds_max = 200;
  boosting.patience = 20;
  boosting.depth_max = 6;
  boosting.learning_rate = 0.1;
  boosting.seed = options.seed;
  boosting.threads = options.threads;
  boosting.on_round = on_round;
  std::vector<Trees> of_readings;
  for (std::size_t f = 0; f < table.targets(); ++f) {
    const Reading reading = reading_of(prepared, f);
    if (table.categorical(f)) {
      of_readings.push_back(
          category_trees(f, levels[f], table.categories[f].size(), reading.values));
      continue;
    }
    const double tolerance =
        tolerance_of(options, table.feature_names[f], reading.scaler.deviation.front());
    const BinValues bins =
        number_bins(model, readings, codes, f, reading, levels[f], tolerance > 0.0);
    of_readings.push_back(bin_tree(bins));
    if (split.test.empty() || table.targets() == 1) continue;
    const CodeExamples unseen = code_examples(model, readings, prepared, split.test, options, f);
    const CodeExamples seen = code_examples(model, readings, prepared, split.train, options, f);
    const Trees more = helping_trees(bins, seen, unseen, tolerance, boosting);
    of_readings.back() = one_after_the_other(of_readings.back(), more);
  }
  model.decoder = boosted::joined(of_readings);
}

}  // namespace terse::train
