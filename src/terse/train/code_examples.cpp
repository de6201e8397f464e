#include "terse/train/code_examples.h"

#include <algorithm>
#include <limits>

#include "terse/base/order.h"
#include "terse/base/picked.h"
#include "terse/base/random.h"
#include "terse/data/split_rule.h"
#include "terse/model/encoder.h"

namespace terse::train {
namespace {

constexpr std::uint64_t validation_stream = 900;
constexpr std::size_t rows_to_validate = 50;

constexpr std::size_t copies_with_drops = 4;
constexpr double unseen_rate_min = 0.02;
// The stream of Random that drops readings of copy c is drop_stream + c.
constexpr std::uint64_t drop_stream = 1U << 25;

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

}  // namespace

base::Matrix code_inputs(const model::Model& model, base::ConstMatrixView readings) {
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

CodeExamples code_examples(const model::Model& model, const base::Matrix& readings,
                           const Preparation& prepared, std::span<const std::uint32_t> places,
                           const Options& options, std::size_t target) {
  const PreparedTarget* further = target == 0 ? nullptr : &prepared.further_targets[target - 1];
  const std::vector<float>& targets = further == nullptr ? prepared.targets : further->values;
  const std::vector<float>& class_weights =
      further == nullptr ? prepared.class_weights : further->class_weights;
  CodeExamples part;
  const std::size_t copies = drops(model, options) ? copies_with_drops : 1;
  const bool weighted = !prepared.weights.empty() || !class_weights.empty();
  base::Matrix all(copies * places.size(), readings.columns());
  for (std::size_t copy = 0; copy < copies; ++copy) {
    base::Matrix own = base::picked(readings, places);
    if (copies > 1) drop_readings(model, options, copy, own);
    std::ranges::copy(own.values(), all.row(copy * places.size()).begin());
    for (const std::uint32_t place : places) {
      const float target_of_row = targets[place];
      part.targets.push_back(target_of_row);
      if (!weighted) continue;
      float weight = prepared.weights.empty() ? 1.0F : prepared.weights[place];
      if (!class_weights.empty()) {
        weight *= class_weights[static_cast<std::size_t>(target_of_row)];
      }
      part.weights.push_back(weight);
    }
  }
  part.inputs = code_inputs(model, all);
  return part;
}

data::Split stopping_rows(const data::Table& table, std::span<const std::uint32_t> rows,
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

}  // namespace terse::train
