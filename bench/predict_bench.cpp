// Rows per second of prediction from codes, one thread, against the same network as other runtimes
// evaluate it: codes expanded to zeros and ones, one per threshold, and every layer a product by
// oneDNN. "First layer" is the sums before the first ReLU: a look-up here, expansion and product
// there. Both must agree before anything is timed; rounds alternate between the two, and figures
// are medians over rounds.
//
//   predict_bench [--json]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "terse/base/cpu.h"
#include "terse/base/random.h"
#include "terse/inference/gemm.h"
#include "terse/inference/product_scope.h"
#include "terse/model/decoder/lookup_table.h"
#include "terse/model/fold.h"
#include "terse/model/predictor.h"

namespace terse::model {
namespace {

using quantize::Code;
using Clock = std::chrono::steady_clock;

struct Shape {
  std::size_t features;
  std::size_t bits;
  std::size_t units;
  std::size_t layers;
};
constexpr Shape shapes[] = {{8, 2, 64, 5},   {8, 4, 256, 5},  {8, 8, 256, 5},  {21, 4, 512, 6},
                            {81, 2, 256, 5}, {81, 4, 256, 8}, {81, 8, 256, 5}, {11, 4, 1024, 5}};
constexpr std::size_t batches[] = {1, 32, 1024};
constexpr std::size_t all_rows = 1024;
constexpr int rounds = 9;
constexpr double round_seconds = 0.01;

inference::DenseLayer random_layer(std::size_t outputs, std::size_t inputs, base::Random& random) {
  inference::DenseLayer layer{base::Matrix(outputs, inputs), std::vector<float>(outputs)};
  const double scale = std::sqrt(2.0 / static_cast<double>(inputs));
  for (float& weight : layer.weights.values()) weight = static_cast<float>(scale * random.normal());
  for (float& bias : layer.bias) bias = static_cast<float>(0.1 * random.normal());
  return layer;
}

FoldInput random_network(const Shape& shape) {
  base::Random random(1);
  FoldInput input;
  std::vector<float> thresholds((std::size_t{1} << shape.bits) - 1);
  for (std::size_t f = 0; f < shape.features; ++f) {
    input.features.push_back({fmt::format("feature {}", f), "", 0.0, 1.0});
    for (float& threshold : thresholds) threshold = static_cast<float>(random.normal());
    // Distinct and in order, so that the dense network's columns are the codes' steps.
    std::ranges::sort(thresholds);
    for (std::size_t j = 1; j < thresholds.size(); ++j) {
      if (thresholds[j] <= thresholds[j - 1])
        thresholds[j] = std::nextafter(thresholds[j - 1], 9.F);
    }
    input.thresholds.add_feature(thresholds);
  }
  std::size_t inputs = input.thresholds.values.size();
  for (std::size_t layer = 0; layer < shape.layers; ++layer) {
    input.layers.push_back(random_layer(shape.units, inputs, random));
    inputs = shape.units;
  }
  input.layers.push_back(random_layer(1, inputs, random));
  return input;
}

/// The peer: the network as it was before folding, weights packed as oneDNN likes them.
class DenseNetwork {
 public:
  explicit DenseNetwork(const FoldInput& input)
      : thresholds_(input.thresholds), steps_(all_rows, input.thresholds.values.size()) {
    for (const inference::DenseLayer& layer : input.layers) {
      base::Matrix packed(layer.weights.columns(), layer.weights.rows());
      for (std::size_t o = 0; o < packed.columns(); ++o) {
        for (std::size_t i = 0; i < packed.rows(); ++i) packed(i, o) = layer.weights(o, i);
      }
      layers_.push_back({std::move(packed), layer.bias});
    }
    for (base::Matrix& buffer : buffers_) buffer = base::Matrix(all_rows, layers_[0].bias.size());
  }

  /// The sums before the first ReLU, without bias: rows x units, in the first buffer.
  const base::Matrix& first_layer(const Code* codes, std::size_t rows) {
    const std::size_t features = thresholds_.features();
    for (std::size_t r = 0; r < rows; ++r) {
      float* to = steps_.row(r).data();
      for (std::size_t f = 0; f < features; ++f) {
        const std::size_t count = thresholds_.count(f);
        const std::size_t ones = codes[r * features + f];
        std::fill_n(to, ones, 1.0F);
        std::fill_n(to + ones, count - ones, 0.0F);
        to += count;
      }
    }
    product(0, steps_, rows, buffers_[0].data());
    return buffers_[0];
  }

  void predict(const Code* codes, std::size_t rows, float* predictions) {
    first_layer(codes, rows);
    for (std::size_t l = 1; l < layers_.size(); ++l) {
      const bool last = l + 1 == layers_.size();
      base::Matrix& from = buffers_[(l - 1) % 2];
      add_bias_and_relu(from, rows, layers_[l - 1].bias);
      product(l, from, rows, last ? predictions : buffers_[l % 2].data());
    }
    for (std::size_t r = 0; r < rows; ++r) predictions[r] += layers_.back().bias[0];
  }

  std::span<const float> first_bias() const { return layers_[0].bias; }

 private:
#if defined(__x86_64__)
  __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
  static void
  add_bias_and_relu(base::Matrix& values, std::size_t rows, const std::vector<float>& bias) {
    const std::size_t columns = values.columns();
    for (std::size_t r = 0; r < rows; ++r) {
      float* row = values.data() + r * columns;
      for (std::size_t c = 0; c < columns; ++c) {
        const float sum = row[c] + bias[c];
        row[c] = sum > 0.0F ? sum : 0.0F;
      }
    }
  }

  void product(std::size_t layer, const base::Matrix& from, std::size_t rows, float* to) const {
    const base::Matrix& weights = layers_[layer].weights;
    inference::multiply(rows, weights.columns(), weights.rows(), {from.data(), from.columns()},
                        {weights.data(), weights.columns()}, 0.0F, to, weights.columns());
  }

  quantize::Thresholds thresholds_;
  std::vector<inference::DenseLayer> layers_;  ///< weights: inputs x outputs
  base::Matrix steps_;
  base::Matrix buffers_[2];
};

struct Bench {
  Shape shape;
  FoldInput input;
  Model model;
  DenseNetwork dense;
  decoder::LookupTable lookup;
  base::Matrix sums;
  Predictor predictor;
  std::vector<Code> codes;

  explicit Bench(const Shape& of)
      : shape(of),
        input(random_network(of)),
        model(fold(input)),
        dense(input),
        lookup(std::get<decoder::Lookup>(model.decoder).table,
               std::get<decoder::Lookup>(model.decoder).bias, model.levels()),
        sums(all_rows, lookup.columns()),
        predictor(model, all_rows),
        codes(all_rows * of.features) {
    base::Random random(2);
    for (Code& code : codes) code = static_cast<Code>(random.below(std::size_t{1} << of.bits));
  }
};

void require_near(double found, double expected, double scale, const char* what) {
  if (std::abs(found - expected) > 1e-4 * scale) {
    throw std::runtime_error(fmt::format("{}: {} instead of {}", what, found, expected));
  }
}

void require_equal(Bench& bench) {
  const base::Matrix& sums = bench.sums;
  bench.lookup.add(bench.codes.data(), all_rows, bench.sums.data(), sums.columns());
  const base::Matrix& products = bench.dense.first_layer(bench.codes.data(), all_rows);
  const auto bias = bench.dense.first_bias();
  for (std::size_t r = 0; r < all_rows; ++r) {
    for (std::size_t u = 0; u < bias.size(); ++u) {
      require_near(sums(r, u), products(r, u) + bias[u], 10.0, "first layer");
    }
  }
  std::vector<float> expected(all_rows);
  bench.dense.predict(bench.codes.data(), all_rows, expected.data());
  std::vector<float> predictions(all_rows);
  double scale = 0.0;
  for (const float value : expected) scale = std::max(scale, std::abs(static_cast<double>(value)));
  for (const std::size_t batch : batches) {
    for (std::size_t r = 0; r < all_rows; r += batch) {
      bench.predictor.predict_codes(
          std::span(bench.codes).subspan(r * bench.shape.features, batch * bench.shape.features),
          batch, std::span(predictions).subspan(r, batch));
    }
    for (std::size_t r = 0; r < all_rows; ++r) {
      require_near(predictions[r], expected[r], scale, "prediction");
    }
  }
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// One of the two sides: seconds per row of every round.
struct Side {
  std::vector<double> seconds;
  std::size_t row = 0;

  /// Calls work(first row) batch after batch, going round the rows, for a while.
  void measure(std::size_t batch, const auto& work) {
    const inference::ProductScope one_thread;
    std::size_t done = 0;
    const auto start = Clock::now();
    double passed = 0.0;
    while (passed < round_seconds) {
      work(row);
      row = (row + batch) % all_rows;
      done += batch;
      passed = std::chrono::duration<double>(Clock::now() - start).count();
    }
    seconds.push_back(passed / static_cast<double>(done));
  }
};

struct Figures {
  double rows_per_second;
  double ratio;  ///< peer's time over ours
};

Figures compare(std::size_t batch, const auto& ours, const auto& peers) {
  Side our_side;
  Side peer_side;
  for (int round = 0; round <= rounds; ++round) {
    our_side.measure(batch, ours);
    peer_side.measure(batch, peers);
  }
  std::vector<double> ratios;
  // The first round warms up.
  for (std::size_t i = 1; i < our_side.seconds.size(); ++i) {
    ratios.push_back(peer_side.seconds[i] / our_side.seconds[i]);
  }
  our_side.seconds.erase(our_side.seconds.begin());
  return {1.0 / median(our_side.seconds), median(ratios)};
}

void measure(Bench& bench, bool json) {
  const std::size_t features = bench.shape.features;
  const auto codes_from = [&](std::size_t row) { return bench.codes.data() + row * features; };
  std::vector<float> predictions(all_rows);
  for (const std::size_t batch : batches) {
    const Figures first = compare(
        batch,
        [&](std::size_t row) {
          bench.lookup.add(codes_from(row), batch, bench.sums.data(), bench.sums.columns());
        },
        [&](std::size_t row) { bench.dense.first_layer(codes_from(row), batch); });
    const Figures whole = compare(
        batch,
        [&](std::size_t row) {
          bench.predictor.predict_codes({codes_from(row), batch * features}, batch,
                                        {predictions.data(), batch});
        },
        [&](std::size_t row) { bench.dense.predict(codes_from(row), batch, predictions.data()); });
    const auto& [f, b, u, l] = bench.shape;
    fmt::print(fmt::runtime(json ? "{{\"features\":{},\"bits\":{},\"units\":{},\"layers\":{},"
                                   "\"batch\":{},\"first_layer_rows_per_second\":{:.4g},"
                                   "\"first_layer_ratio\":{:.2f},\"rows_per_second\":{:.4g},"
                                   "\"ratio\":{:.2f}}}\n"
                                 : "| {} | {} | {} | {} | {} | {:.3g} | {:.1f} | {:.3g} | {:.2f} "
                                   "|\n"),
               f, b, u, l, batch, first.rows_per_second, first.ratio, whole.rows_per_second,
               whole.ratio);
    std::fflush(stdout);
  }
}

int run(bool json) {
  if (!json) {
    fmt::print("Instruction set: {}\n\n", name(base::instruction_set()));
    fmt::print(
        "| features | bits | units | layers | batch | first layer, rows/s | x dense | prediction, "
        "rows/s | x dense |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
  }
  for (const Shape& shape : shapes) {
    Bench bench(shape);
    require_equal(bench);
    measure(bench, json);
  }
  return 0;
}

}  // namespace
}  // namespace terse::model

int main(int argument_count, char** arguments) {
  try {
    return terse::model::run(argument_count > 1 && std::strcmp(arguments[1], "--json") == 0);
  } catch (const std::exception& error) {
    fmt::print(stderr, "predict_bench: {}\n", error.what());
    return 1;
  }
}
