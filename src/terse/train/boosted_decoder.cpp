#include "terse/train/boosted_decoder.h"

#include <algorithm>
#include <limits>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/picked.h"
#include "terse/base/random.h"
#include "terse/boosted/boosting.h"
#include "terse/data/split_rule.h"
#include "terse/model/encoder.h"
#include "terse/model/fold.h"

namespace terse::train {
namespace {

constexpr std::uint64_t validation_stream = 900;
constexpr std::size_t rows_to_validate = 50;
constexpr unsigned rounds_without_validation = 100;

constexpr std::size_t copies_with_drops = 4;
constexpr double unseen_rate_min = 0.02;
// The stream of Random that drops readings of copy c is drop_stream + c.
constexpr std::uint64_t drop_stream = 1U << 25;

// The trees' inputs: the codes a device would send, as numbers, or scaled readings.
base::Matrix inputs_of(const model::Model& model, base::ConstMatrixView readings) {
  const model::Encoder encoder(model);
  if (model.full_precision()) {
    base::Matrix inputs(readings.rows, model.shape().inputs);
    encoder.standardise(readings, inputs);
    return inputs;
  }
  std::vector<quantize::Code> codes(readings.rows * readings.columns);
  encoder.encode(readings, codes);
  base::Matrix inputs(readings.rows, readings.columns);
  std::ranges::copy(codes, inputs.values().begin());
  return inputs;
}

bool drops(const model::Model& model, const Options& options) {
  return options.drop_rate > 0.0 ||
         std::ranges::any_of(model.features, &model::Feature::unseen_level);
}

void drop_readings(const model::Model& model, const Options& options, std::size_t copy,
                   base::Matrix& readings) {
  base::Random random(options.seed, drop_stream + copy);
  const double unseen_rate = std::max(options.drop_rate, unseen_rate_min);
  for (std::size_t r = 0; r < readings.rows(); ++r) {
    for (std::size_t f = 0; f < readings.columns(); ++f) {
      const model::Feature& feature = model.features[f];
      if (feature.missing_level && random.uniform() < options.drop_rate) {
        readings(r, f) = std::numeric_limits<float>::quiet_NaN();
      } else if (feature.unseen_level && random.uniform() < unseen_rate) {
        readings(r, f) = static_cast<float>(feature.categories.size());
      }
    }
  }
}

struct Part {
  base::Matrix inputs;
  std::vector<float> targets;
  std::vector<float> weights;

  boosted::Examples examples() const { return {inputs, targets, weights}; }
};

// Of these rows, once or in several copies with other readings dropped. places: which of the rows.
Part part_of(const model::Model& model, const base::Matrix& readings, const Preparation& prepared,
             std::span<const std::uint32_t> places, const Options& options) {
  Part part;
  const std::size_t copies = drops(model, options) ? copies_with_drops : 1;
  const bool weighted = !prepared.weights.empty() || !prepared.class_weights.empty();
  base::Matrix all(copies * places.size(), readings.columns());
  for (std::size_t copy = 0; copy < copies; ++copy) {
    base::Matrix own = base::picked(readings, places);
    if (copies > 1) drop_readings(model, options, copy, own);
    std::ranges::copy(own.values(), all.row(copy * places.size()).begin());
    for (const std::uint32_t place : places) {
      const float target = prepared.targets[place];
      part.targets.push_back(target);
      if (!weighted) continue;
      float weight = prepared.weights.empty() ? 1.0F : prepared.weights[place];
      if (!prepared.class_weights.empty()) {
        weight *= prepared.class_weights[static_cast<std::size_t>(target)];
      }
      part.weights.push_back(weight);
    }
  }
  part.inputs = inputs_of(model, all);
  return part;
}

// Positions of the rows that decide when to stop (test), and of the others.
data::Split stopping(const data::Table& table, std::span<const std::uint32_t> rows,
                     const Options& options) {
  const std::size_t count = rows.size() < rows_to_validate ? 0 : rows.size() / 10;
  if (count > 0) {
    if (auto split = data::held_back(table, rows, 0.1, options.seed, options.split)) {
      return *std::move(split);
    }
  }
  const auto order = base::shuffled_rows(rows.size(), options.seed, validation_stream);
  const auto begin = order.begin() + static_cast<std::ptrdiff_t>(count);
  return {{begin, order.end()}, {order.begin(), begin}};
}

boosted::Objective boosted_objective(const Objective& objective) {
  switch (objective.loss) {
    case inference::Loss::absolute_error:
      return boosted::Objective::absolute_error;
    case inference::Loss::poisson:
      return boosted::Objective::poisson;
    case inference::Loss::squared_error:
      return boosted::Objective::squared_error;
    case inference::Loss::quantile:
    case inference::Loss::cross_entropy:
      break;
  }
  throw base::OptionError("loss", "", "boosted trees do not learn a quantile",
                          "use `decoder` network and a method other than xgb and xgb-qq");
}

}  // namespace

boosted::BoostingOptions boosting_for(std::size_t classes, const Objective& objective) {
  boosted::BoostingOptions options;
  options.classes = classes;
  if (classes == 0) {
    options.objective = boosted_objective(objective);
  } else {
    // A row weighs at most a quarter there: the curvature of its cross entropy.
    options.leaf_weight_min = 1.0;
  }
  return options;
}

model::Model model_without_decoder(const Preparation& prepared, quantize::Method method) {
  model::Model model;
  model.method = method;
  model.features = prepared.features;
  model.thresholds =
      model::raw_thresholds(prepared.thresholds, prepared.features, prepared.readings);
  return model;
}

void give_boosted_decoder(model::Model& model, const data::Table& table,
                          std::span<const std::uint32_t> rows, const Preparation& prepared,
                          const Options& options, const std::function<void(unsigned)>& on_round) {
  TERSE_CHECK(rows.size() * prepared.copies == prepared.targets.size());
  const base::Matrix readings = base::picked(table.features, rows);
  const data::Split split = stopping(table, rows, options);
  const Part validation = part_of(model, readings, prepared, split.test, options);
  const Part training = part_of(model, readings, prepared, split.train, options);
  boosted::BoostingOptions boosting = boosting_for(table.classes.size(), options.objective);
  boosting.seed = options.seed;
  boosting.threads = options.threads;
  boosting.on_round = on_round;
  if (split.test.empty()) boosting.rounds_max = rounds_without_validation;
  model.decoder = boosted::boost(training.examples(), validation.examples(), boosting).trees;
}

}  // namespace terse::train
