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

/// Of these rows in every copy.
class Examples {
 public:
  Examples(const Task& task, const ShrinkingNetwork& network, const base::Matrix& codes,
           std::span<const std::uint32_t> rows) {
    const std::size_t all = codes.rows() / network.copies;
    std::vector<std::uint32_t> places;
    for (std::size_t copy = 0; copy < network.copies; ++copy) {
      for (const std::uint32_t row : rows) {
        places.push_back(static_cast<std::uint32_t>(copy * all) + row);
      }
    }
    codes_ = base::picked(codes, places);
    targets_ = base::picked(network.targets, places);
    if (task.class_weights.empty()) return;
    for (const float target : targets_) {
      weights_.push_back(task.class_weights[static_cast<std::size_t>(target)]);
    }
  }

  boosted::Examples view() const { return {codes_, targets_, weights_}; }

 private:
  base::Matrix codes_;
  std::vector<float> targets_;
  std::vector<float> weights_;
};

std::vector<float> targets_of(const data::Table& table, std::span<const std::uint32_t> rows,
                              const data::Scaler& scaler) {
  std::vector<float> targets;
  for (const std::uint32_t row : rows) {
    targets.push_back(table.classes.empty() ? scaler.standardised(table.target[row], 0)
                                            : table.target[row]);
  }
  return targets;
}

}  // namespace

ValidationRows validation_rows(const data::Table& table, std::span<const std::uint32_t> rows,
                               const train::Preparation& prepared, const train::Options& training) {
  const bool plain = std::ranges::all_of(prepared.features, &model::Feature::plain);
  ValidationRows result;
  result.targets = targets_of(table, rows, prepared.target_scaler);
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

std::vector<double> boosted_losses(const Task& task, const ShrinkingNetwork& network,
                                   std::uint64_t seed, const train::Observer& observer,
                                   unsigned threads) {
  const base::Matrix codes = code_numbers(network.table, network.inputs);
  const std::size_t rows = codes.rows() / network.copies;
  const auto order = base::shuffled_rows(rows, seed, stop_stream);
  // Some of its own rows decide when to stop; the measured rows must not.
  const auto stopping = std::span<const std::uint32_t>(order).first(rows / 10);
  const auto growing = std::span<const std::uint32_t>(order).subspan(rows / 10);
  const Examples stop(task, network, codes, stopping);
  const Examples grow(task, network, codes, growing);
  boosted::BoostingOptions options = train::boosting_for(task.classes);
  options.seed = seed;
  options.threads = threads;
  options.on_round = [&](unsigned) { train::stop_if_asked(observer.stop); };
  const boosted::Boosted grown = boosted::boost(grow.view(), stop.view(), options);
  const base::Matrix measured = code_numbers(network.table, network.measured);
  std::vector<double> losses;
  std::vector<float> scores(grown.trees.outputs());
  for (std::size_t r = 0; r < measured.rows(); ++r) {
    model::decoder::predict(grown.trees, measured.row(r), scores);
    losses.push_back(task.loss(scores, network.measured_targets[r]));
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
  for (const std::uint32_t row : split.test) {
    const auto reading = table.features.row(row);
    predictor.predict({reading.data(), 1, reading.size()}, prediction);
    float target = table.target[row];
    if (task.classes == 0) {
      prediction.front() = scaler.standardised(prediction.front(), 0);
      target = scaler.standardised(target, 0);
    } else {
      // Softmax of the logarithms gives the probabilities back.
      for (float& share : prediction) share = std::log(std::max(share, least_probability));
    }
    losses.push_back(task.loss(prediction, target));
  }
  return losses;
}

}  // namespace terse::allocate
