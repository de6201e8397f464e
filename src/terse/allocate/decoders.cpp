#include "terse/allocate/decoders.h"

#include <algorithm>
#include <cmath>

#include "terse/base/order.h"
#include "terse/base/picked.h"
#include "terse/boosted/boosting.h"
#include "terse/model/predictor.h"
#include "terse/train/boosted_decoder.h"
#include "terse/train/joint.h"
#include "terse/train/observer.h"
#include "terse/train/options.h"
#include "terse/train/scales.h"
#include "terse/train/special_inputs.h"

namespace terse::allocate {
namespace {

constexpr std::uint64_t stop_stream = 901;
// As special_inputs.h of room train takes them.
constexpr float least_probability = 1e-15F;

base::Matrix code_numbers(const LevelTable& table, base::ConstMatrixView inputs) {
  const std::vector<quantize::Code> codes = codes_of(table, inputs);
  base::Matrix numbers(inputs.rows, table.features());
  std::ranges::copy(codes, numbers.values().begin());
  return numbers;
}

std::vector<float> targets_of(const data::Table& table, std::span<const std::uint32_t> rows,
                              const train::Objective& objective, const data::Scaler& scaler) {
  std::vector<float> targets;
  for (const std::uint32_t row : rows) {
    targets.push_back(table.classes.empty()
                          ? train::standardised_target(table.target[row], objective, scaler)
                          : table.target[row]);
  }
  return targets;
}

// Positions of the rows that decide when to stop, and of the others.
data::Split stopping_of(const ShrinkingNetwork& network, std::size_t rows, std::uint64_t seed) {
  if (network.stopping) return *network.stopping;
  const auto order = base::shuffled_rows(rows, seed, stop_stream);
  const auto begin = order.begin() + static_cast<std::ptrdiff_t>(rows / 10);
  return {{begin, order.end()}, {order.begin(), begin}};
}

struct Part {
  base::Matrix codes;
  std::vector<float> targets;
  std::vector<float> weights;

  boosted::Examples examples() const { return {codes, targets, weights}; }
};

// Of these rows in every copy.
Part part_of(const Task& task, const ShrinkingNetwork& network, const base::Matrix& codes,
             std::span<const std::uint32_t> rows) {
  const std::size_t all = codes.rows() / network.copies;
  std::vector<std::uint32_t> places;
  for (std::size_t copy = 0; copy < network.copies; ++copy) {
    for (const std::uint32_t row : rows) {
      places.push_back(static_cast<std::uint32_t>(copy * all) + row);
    }
  }
  Part part{base::picked(codes, places), base::picked(network.targets, places), {}};
  if (!network.weights.empty()) part.weights = base::picked(network.weights, places);
  if (task.class_weights.empty()) return part;
  part.weights.resize(places.size(), 1.0F);
  for (std::size_t i = 0; i < places.size(); ++i) {
    part.weights[i] *= task.class_weights[static_cast<std::size_t>(part.targets[i])];
  }
  return part;
}

}  // namespace

ValidationRows validation_rows(const data::Table& table, std::span<const std::uint32_t> rows,
                               const train::Preparation& prepared, const train::Options& training) {
  const bool plain = std::ranges::all_of(prepared.features, &model::Feature::plain);
  ValidationRows result;
  result.targets = targets_of(table, rows, training.objective, prepared.target_scaler);
  result.weights = weights_of(table, rows);
  if (plain) {
    result.inputs = train::scaled_readings(table.features, rows, prepared.features);
    return result;
  }
  const base::Matrix standardised = train::scaled_readings(
      train::filled_readings(table, rows), base::all_rows(rows.size()), prepared.features);
  train::Options whole = training;
  whole.drop_rate = 0.0;
  base::Matrix inputs = train::special_inputs(table, rows, prepared.features, standardised,
                                              train::SpecialKind::step, whole)
                            .inputs;
  // With a level for any other category there are copies in which some are taken for it; a gap in
  // the table is one in each.
  result.inputs = base::Matrix(rows.size(), inputs.columns());
  std::copy_n(inputs.values().begin(), result.inputs.values().size(),
              result.inputs.values().begin());
  return result;
}

std::vector<float> weights_of(const data::Table& table, std::span<const std::uint32_t> rows) {
  if (table.weights.empty()) return {};
  double sum = 0.0;
  for (const float weight : table.weights) sum += static_cast<double>(weight);
  const double mean = sum / static_cast<double>(table.rows());
  std::vector<float> weights;
  for (const std::uint32_t row : rows) {
    weights.push_back(static_cast<float>(static_cast<double>(table.weights[row]) / mean));
  }
  return weights;
}

std::vector<double> boosted_losses(const Task& task, const ShrinkingNetwork& network,
                                   const train::Options& training,
                                   const train::Observer& observer) {
  const base::Matrix codes = code_numbers(network.table, network.inputs);
  // Some of its own rows decide when to stop; the measured rows must not.
  const data::Split split = stopping_of(network, codes.rows() / network.copies, training.seed);
  const Part stopping = part_of(task, network, codes, split.test);
  const Part growing = part_of(task, network, codes, split.train);
  boosted::BoostingOptions options = train::boosting_for(task.classes, training.objective);
  options.seed = training.seed;
  options.threads = training.threads;
  options.on_round = [&](unsigned) { train::stop_if_asked(observer.stop); };
  const boosted::Boosted grown = boosted::boost(growing.examples(), stopping.examples(), options);
  const base::Matrix measured = code_numbers(network.table, network.measured);
  std::vector<double> losses;
  std::vector<float> scores(grown.trees.outputs());
  for (std::size_t r = 0; r < measured.rows(); ++r) {
    model::decoder::predict(grown.trees, measured.row(r), scores);
    const double weight =
        network.measured_weights.empty() ? 1.0 : static_cast<double>(network.measured_weights[r]);
    losses.push_back(weight * task.loss(scores, network.measured_targets[r]));
  }
  return losses;
}

std::vector<double> full_precision_losses(const Task& task, const data::Table& table,
                                          const data::Split& split, const train::Options& training,
                                          train::Decoder decoder, const train::Observer& observer) {
  train::Options options = training;
  options.method =
      decoder == train::Decoder::network ? quantize::Method::fp : quantize::Method::xgb;
  options.decoder = train::Decoder::network;
  options.start.reset();
  const model::Model model = train::train_model(table, split.train, options, observer);
  model::Predictor predictor(model, 1);
  std::vector<float> prediction(predictor.outputs());
  std::vector<double> losses;
  const model::Number scale = model::decoder::scale(model.output);
  const data::Scaler scaler{{scale.mean}, {scale.deviation}};
  const std::vector<float> weights = weights_of(table, split.test);
  const bool logarithm = scale.link == model::Link::exponential;
  for (std::size_t i = 0; i < split.test.size(); ++i) {
    const std::uint32_t row = split.test[i];
    const auto reading = table.features.row(row);
    predictor.predict({reading.data(), 1, reading.size()}, prediction);
    float target = table.target[row];
    if (task.classes == 0) {
      // Back to what the network itself says.
      const float value = logarithm ? std::log(prediction.front()) : prediction.front();
      prediction.front() = scaler.standardised(value, 0);
      target = train::standardised_target(target, training.objective, scaler);
    } else {
      // Softmax of the logarithms gives the probabilities back.
      for (float& share : prediction) share = std::log(std::max(share, least_probability));
    }
    const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[i]);
    losses.push_back(weight * task.loss(prediction, target));
  }
  return losses;
}

}  // namespace terse::allocate
