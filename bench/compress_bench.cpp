// Rows per second and memory of a compressed network against the same one in float32, from codes,
// one thread. Float and integer rounds alternate; figures are medians over rounds. Every
// instruction set must give the same predictions, and the integers must stay near the float ones,
// before anything is timed.
//
//   compress_bench
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "terse/base/cpu.h"
#include "terse/base/random.h"
#include "terse/compress/costs.h"
#include "terse/compress/fine_tuning.h"
#include "terse/compress/float_network.h"
#include "terse/model/decoder/integer_network.h"
#include "terse/model/predictor.h"

namespace terse::compress {
namespace {

using quantize::Code;
using Clock = std::chrono::steady_clock;

struct Shape {
  std::size_t features;
  std::size_t bits;
  std::size_t units;
  std::size_t layers;
};
constexpr Shape shapes[] = {{8, 2, 64, 5}, {8, 4, 256, 5}, {81, 4, 256, 8}, {11, 4, 1024, 5}};
constexpr std::size_t batches[] = {1, 32, 1024};
constexpr std::size_t all_rows = 1024;
constexpr int rounds = 9;
constexpr double round_seconds = 0.02;

inference::DenseLayer random_layer(std::size_t outputs, std::size_t inputs, base::Random& random) {
  inference::DenseLayer layer{base::Matrix(outputs, inputs), std::vector<float>(outputs)};
  const double scale = std::sqrt(2.0 / static_cast<double>(inputs));
  for (float& weight : layer.weights.values()) weight = static_cast<float>(scale * random.normal());
  for (float& bias : layer.bias) bias = static_cast<float>(0.1 * random.normal());
  return layer;
}

model::Model random_model(const Shape& shape) {
  base::Random random(1);
  model::Model model;
  for (std::size_t f = 0; f < shape.features; ++f) {
    model.features.push_back({fmt::format("feature {}", f), "", 0.0, 1.0});
    std::vector<float> thresholds((std::size_t{1} << shape.bits) - 1);
    for (std::size_t j = 0; j < thresholds.size(); ++j) thresholds[j] = static_cast<float>(j);
    model.thresholds.add_feature(thresholds);
  }
  model::decoder::Lookup network;
  network.table = base::Matrix(shape.features << shape.bits, shape.units);
  const double scale = 1.0 / std::sqrt(static_cast<double>(shape.features));
  for (float& value : network.table.values()) value = static_cast<float>(scale * random.normal());
  network.bias.resize(shape.units);
  for (std::size_t l = 1; l < shape.layers; ++l) {
    network.layers.push_back(random_layer(shape.units, shape.units, random));
  }
  network.layers.push_back(random_layer(1, shape.units, random));
  model.decoder = std::move(network);
  return model;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Seconds per row of one round.
double round_of(model::Predictor& predictor, const std::vector<Code>& codes, std::size_t features,
                std::size_t batch) {
  std::vector<float> predictions(batch);
  std::size_t row = 0;
  std::size_t done = 0;
  const auto start = Clock::now();
  double passed = 0.0;
  while (passed < round_seconds) {
    predictor.predict_codes(std::span(codes).subspan(row * features, batch * features), batch,
                            predictions);
    row = (row + batch) % all_rows;
    done += batch;
    passed = std::chrono::duration<double>(Clock::now() - start).count();
  }
  return passed / static_cast<double>(done);
}

std::vector<float> predictions_of(const model::Model& model, const std::vector<Code>& codes) {
  model::Predictor predictor(model, all_rows);
  std::vector<float> predictions(all_rows);
  predictor.predict_codes(codes, all_rows, predictions);
  return predictions;
}

// 8-bit weights: the rest of the difference is the activations'.
void require_near(const model::Model& original, const model::Model& compressed,
                  const std::vector<Code>& codes) {
  const base::InstructionSet best = base::instruction_set();
  const auto expected = predictions_of(original, codes);
  const auto found = predictions_of(compressed, codes);
  double difference = 0.0;
  double size = 0.0;
  for (std::size_t r = 0; r < all_rows; ++r) {
    difference += std::pow(double(expected[r]) - double(found[r]), 2);
    size += std::pow(double(expected[r]), 2);
  }
  if (difference > 0.05 * size)
    throw std::runtime_error(
        fmt::format("the compressed network differs: {:.3g}", difference / size));
  for (const base::InstructionSet set : base::supported_instruction_sets()) {
    base::force_instruction_set(set);
    if (predictions_of(compressed, codes) != found) {
      throw std::runtime_error("instruction sets differ");
    }
  }
  base::force_instruction_set(best);
}

void measure(const Shape& shape, unsigned weight_bits) {
  const model::Model original = random_model(shape);
  const FloatNetwork network = float_network(original, "random");
  CodedRows rows;
  rows.features = shape.features;
  base::Random random(2);
  for (std::size_t i = 0; i < all_rows * shape.features; ++i) {
    rows.codes.push_back(static_cast<Code>(random.below(std::size_t{1} << shape.bits)));
  }
  rows.targets.resize(all_rows);
  const Widths widths(network.layer_count(), weight_bits);
  const auto scales = calibrated_activations(network, widths, rows);
  const model::Model compressed = compressed_model(original, network, widths, scales);
  if (weight_bits == 8) require_near(original, compressed, rows.codes);
  model::Predictor float_predictor(original, all_rows);
  model::Predictor integer_predictor(compressed, all_rows);
  const model::decoder::IntegerNetwork integers(
      std::get<model::decoder::Integers>(compressed.decoder).layers, compressed.levels(), 1);
  for (const std::size_t batch : batches) {
    std::vector<double> seconds;
    std::vector<double> ratios;
    for (int round = 0; round <= rounds; ++round) {
      const double in_float = round_of(float_predictor, rows.codes, shape.features, batch);
      const double in_integers = round_of(integer_predictor, rows.codes, shape.features, batch);
      if (round == 0) continue;  // warms up
      seconds.push_back(in_integers);
      ratios.push_back(in_float / in_integers);
    }
    fmt::print("| {} | {} | {} | {} | {} | {} | {:.3g} | {:.2f} | {} | {} | {} |\n", shape.features,
               shape.bits, shape.units, shape.layers, weight_bits, batch, 1.0 / median(seconds),
               median(ratios), float_bytes(network), integers.bytes(),
               costs(network, widths).bytes);
  }
}

int run() {
  fmt::print("Instruction set: {}\n\n", name(base::instruction_set()));
  fmt::print(
      "| features | bits | units | layers | bits a weight | batch | rows/s | x float32 | bytes, "
      "float32 | bytes in memory | bytes packed "
      "|\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
  for (const Shape& shape : shapes) {
    for (const unsigned bits : {8U, 2U}) {
      measure(shape, bits);
      std::fflush(stdout);
    }
  }
  return 0;
}

}  // namespace
}  // namespace terse::compress

int main() {
  try {
    return terse::compress::run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "compress_bench: {}\n", error.what());
    return 1;
  }
}
