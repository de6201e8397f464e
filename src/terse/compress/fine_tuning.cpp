#include "terse/compress/fine_tuning.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/compress/rounded_network.h"
#include "terse/inference/loss.h"
#include "terse/inference/product_scope.h"
#include "terse/model/decoder/integer_layer.h"
#include "terse/model/encoder.h"
#include "terse/train/joint.h"
#include "terse/training/dense_layer.h"
#include "terse/training/team.h"

namespace terse::compress {
namespace {

constexpr std::size_t block_rows = 512;
constexpr std::size_t calibration_rows_max = 8192;
constexpr double calibration_share = 0.999;
constexpr double activation_steps = 255.0;
constexpr double rate_end = 0.01;
constexpr std::uint64_t shuffle_stream = 9000;

template <typename Visit>
void for_blocks(std::span<const std::uint32_t> rows, const Visit& visit) {
  for (std::size_t begin = 0; begin < rows.size(); begin += block_rows) {
    visit(begin, rows.subspan(begin, std::min(block_rows, rows.size() - begin)));
  }
}

// Everything Adam knows about one layer.
struct TrainedLayer {
  training::AdamVector weights;
  training::AdamVector bias;

  TrainedLayer(const base::Matrix& start, const std::vector<float>& bias_start)
      : weights(start.values().size()), bias(bias_start.size()) {
    std::ranges::copy(start.values(), weights.values.begin());
    std::ranges::copy(bias_start, bias.values.begin());
  }
};

// The gradient of the mean loss; the sum of the losses.
double output_gradient(base::ConstMatrixView outputs, const CodedRows& rows,
                       std::span<const std::uint32_t> indices, bool classes,
                       base::MatrixView gradient) {
  double sum = 0.0;
  const double scale = 1.0 / static_cast<double>(indices.size());
  for (std::size_t r = 0; r < indices.size(); ++r) {
    const float target = rows.targets[indices[r]];
    if (classes) {
      sum += inference::cross_entropy(outputs.row(r), static_cast<std::size_t>(target), scale,
                                      gradient.row(r));
      continue;
    }
    const auto error = static_cast<double>(outputs(r, 0)) - static_cast<double>(target);
    gradient(r, 0) = static_cast<float>(2.0 * error * scale);
    sum += error * error;
  }
  return sum;
}

// Batches of one epoch; false if the loss is no longer finite.
bool train_epoch(FloatNetwork& network, RoundedNetwork& rounded, std::vector<TrainedLayer>& trained,
                 const CodedRows& rows, std::span<const std::uint32_t> order,
                 const FineTuning& options, double rate, std::uint64_t& step) {
  const std::size_t batch = std::min(options.batch_rows, order.size());
  for (std::size_t begin = 0; begin < order.size(); begin += batch) {
    if (options.stop != nullptr && options.stop->load(std::memory_order_relaxed)) return true;
    const auto indices = order.subspan(begin, std::min(batch, order.size() - begin));
    rounded.round(network);
    const base::ConstMatrixView outputs = rounded.forward(rows, indices);
    const double loss = output_gradient(outputs, rows, indices, network.classes,
                                        rounded.output_gradient(indices.size()));
    if (!std::isfinite(loss)) return false;
    rounded.backward(rows, indices);
    const auto adam = training::AdamStep::at(++step, rate);
    for (std::size_t l = 0; l < trained.size(); ++l) {
      trained[l].weights.update(0, rounded.weight_gradient(l).values(), adam);
      trained[l].bias.update(0, rounded.bias_gradient(l), adam);
      std::ranges::copy(trained[l].weights.values, network.weights(l).values().begin());
      std::ranges::copy(trained[l].bias.values, network.bias(l).begin());
    }
  }
  return true;
}

}  // namespace

CodedRows coded_rows(const model::Model& model, const data::Table& table,
                     std::span<const std::uint32_t> rows) {
  CodedRows result;
  result.features = model.features.size();
  TERSE_CHECK(table.features.columns() == result.features);
  result.codes.resize(rows.size() * result.features);
  const model::Encoder encoder(model);
  const model::Number scale = model::decoder::scale(model.output);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto readings = table.features.row(rows[r]);
    encoder.encode({readings.data(), 1, readings.size()},
                   {result.codes.data() + r * result.features, result.features});
    const float target = table.target[rows[r]];
    result.targets.push_back(
        static_cast<float>((static_cast<double>(target) - scale.mean) / scale.deviation));
  }
  return result;
}

std::vector<float> calibrated_activations(const FloatNetwork& network, const Widths& widths,
                                          const CodedRows& rows) {
  const std::size_t count = std::min(rows.rows(), calibration_rows_max);
  std::vector<std::uint32_t> chosen(count);
  for (std::size_t i = 0; i < count; ++i) {
    chosen[i] = static_cast<std::uint32_t>(i * rows.rows() / count);
  }
  std::vector<std::vector<float>> seen(network.layer_count() - 1);
  RoundedNetwork rounded(network, widths, block_rows);
  const inference::ProductScope products;
  for_blocks(chosen, [&](std::size_t, std::span<const std::uint32_t> indices) {
    rounded.forward(rows, indices);
    for (std::size_t l = 0; l < seen.size(); ++l) {
      const base::ConstMatrixView values = rounded.activations(l, indices.size());
      seen[l].insert(seen[l].end(), values.data, values.data + values.rows * values.columns);
    }
  });
  std::vector<float> scales;
  for (std::vector<float>& values : seen) {
    const auto place = static_cast<std::ptrdiff_t>(
        std::min(static_cast<double>(values.size() - 1),
                 std::floor(calibration_share * static_cast<double>(values.size()))));
    std::ranges::nth_element(values, values.begin() + place);
    const double step =
        static_cast<double>(values[static_cast<std::size_t>(place)]) / activation_steps;
    // A layer whose activations are all zero: any step will do.
    scales.push_back(step > 0.0
                         ? std::clamp(static_cast<float>(step), model::decoder::integer_scale_min,
                                      model::decoder::integer_scale_max)
                         : 1.0F);
  }
  return scales;
}

base::Matrix outputs(const FloatNetwork& network, const Widths& widths,
                     std::span<const float> activation_scales, const CodedRows& rows) {
  base::Matrix result(rows.rows(), network.outputs(network.layer_count() - 1));
  std::vector<std::uint32_t> order(rows.rows());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  RoundedNetwork rounded(network, widths, block_rows);
  rounded.set_activation_scales(activation_scales);
  const inference::ProductScope products;
  for_blocks(order, [&](std::size_t begin, std::span<const std::uint32_t> indices) {
    const base::ConstMatrixView block = rounded.forward(rows, indices);
    std::copy_n(block.data, block.rows * block.columns, result.row(begin).data());
  });
  return result;
}

std::vector<double> losses_of(const base::Matrix& outputs, const CodedRows& rows, bool classes) {
  std::vector<double> losses;
  std::vector<float> gradient(outputs.columns());
  for (std::uint32_t r = 0; r < rows.rows(); ++r) {
    losses.push_back(output_gradient({outputs.row(r).data(), 1, outputs.columns()}, rows, {&r, 1},
                                     classes, {gradient.data(), 1, gradient.size()}));
  }
  return losses;
}

double loss_of(const base::Matrix& outputs, const CodedRows& rows, bool classes) {
  const auto losses = losses_of(outputs, rows, classes);
  return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(rows.rows());
}

void fine_tune(FloatNetwork& network, const Widths& widths, const CodedRows& rows,
               const FineTuning& options) {
  RoundedNetwork rounded(network, widths, std::min(options.batch_rows, rows.rows()));
  std::vector<TrainedLayer> trained;
  for (std::size_t l = 0; l < network.layer_count(); ++l) {
    trained.emplace_back(network.weights(l), network.bias(l));
  }
  std::vector<std::uint32_t> order(rows.rows());
  std::uint64_t step = 0;
  training::Team team(1);  // flushes denormals: Adam's moments of rarely seen levels become some
  for (unsigned epoch = 0; epoch < options.epochs; ++epoch) {
    if (2 * epoch < options.epochs) rounded.fit(network);
    network.tuned_scales = rounded.scales();
    network.tuned_widths = widths;
    rounded.set_activation_scales(calibrated_activations(network, widths, rows));
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    base::Random(options.seed, shuffle_stream + epoch).shuffle(order);
    const double progress = options.epochs > 1 ? epoch / (options.epochs - 1.0) : 1.0;
    const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
    const double rate = options.learning_rate * (rate_end + (1.0 - rate_end) * cosine);
    bool finite = true;
    team.run([&](training::Member&) {
      const inference::ProductScope products;
      finite = train_epoch(network, rounded, trained, rows, order, options, rate, step);
    });
    if (options.stop != nullptr && options.stop->load(std::memory_order_relaxed)) {
      throw train::Interrupted();
    }
    if (!finite) throw base::JobError("fine-tuning diverged: the loss is no longer finite");
  }
}

}  // namespace terse::compress
