#include "terse/compress/outputs.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "terse/compress/rounded_network.h"
#include "terse/inference/loss.h"
#include "terse/inference/product_scope.h"
#include "terse/model/decoder/integer_layer.h"

namespace terse::compress {
namespace {

constexpr std::size_t block_rows = 512;
constexpr std::size_t calibration_rows_max = 8192;
constexpr double calibration_share = 0.999;
constexpr double activation_steps = 255.0;

template <typename Visit>
void for_blocks(std::span<const std::uint32_t> rows, const Visit& visit) {
  for (std::size_t begin = 0; begin < rows.size(); begin += block_rows) {
    visit(begin, rows.subspan(begin, std::min(block_rows, rows.size() - begin)));
  }
}

}  // namespace

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

double loss_and_gradient(base::ConstMatrixView outputs, const CodedRows& rows,
                         std::span<const std::uint32_t> indices, base::MatrixView gradient) {
  double sum = 0.0;
  for (std::size_t r = 0; r < indices.size(); ++r) {
    const float target = rows.targets[indices[r]];
    const double weight =
        rows.weights.empty() ? 1.0 : static_cast<double>(rows.weights[indices[r]]);
    const double scale = weight / static_cast<double>(indices.size());
    if (rows.loss == inference::Loss::cross_entropy) {
      sum += weight * inference::cross_entropy(outputs.row(r), static_cast<std::size_t>(target),
                                               scale, gradient.row(r));
      continue;
    }
    const inference::NumberLoss loss = inference::number_loss(
        rows.loss, rows.quantile, static_cast<double>(outputs(r, 0)), static_cast<double>(target));
    gradient(r, 0) = static_cast<float>(loss.derivative * scale);
    sum += weight * loss.value;
  }
  return sum;
}

std::vector<double> losses_of(const base::Matrix& outputs, const CodedRows& rows) {
  std::vector<double> losses;
  std::vector<float> gradient(outputs.columns());
  for (std::uint32_t r = 0; r < rows.rows(); ++r) {
    const double loss = loss_and_gradient({outputs.row(r).data(), 1, outputs.columns()}, rows,
                                          {&r, 1}, {gradient.data(), 1, gradient.size()});
    const double weight = rows.weights.empty() ? 1.0 : static_cast<double>(rows.weights[r]);
    losses.push_back(
        loss - weight * inference::least_loss(rows.loss, static_cast<double>(rows.targets[r])));
  }
  return losses;
}

double loss_of(const base::Matrix& outputs, const CodedRows& rows) {
  const auto losses = losses_of(outputs, rows);
  return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(rows.rows());
}

}  // namespace terse::compress
