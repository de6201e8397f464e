#include "terse/compress/rounded_network.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/compress/weight_rounding.h"
#include "terse/inference/gemm.h"

namespace terse::compress {
namespace {

constexpr float activation_limit = 255.0F;

}  // namespace

RoundedNetwork::RoundedNetwork(const FloatNetwork& network, const Widths& widths,
                               std::size_t batch_rows_max)
    : network_(&network), widths_(widths), scales_(widths.size()) {
  TERSE_CHECK(widths.size() == network.layer_count());
  for (std::size_t l = 0; l < widths.size(); ++l) {
    const base::Matrix& weights = network.weights(l);
    weights_.emplace_back(weights.rows(), weights.columns());
    weight_gradients_.emplace_back(weights.rows(), weights.columns());
    bias_gradients_.emplace_back(network.outputs(l));
    activations_.emplace_back(batch_rows_max, network.outputs(l));
    gradients_.emplace_back(batch_rows_max, network.outputs(l));
    passes_.emplace_back(batch_rows_max * network.outputs(l));
  }
  for (std::size_t l = 0; l < widths.size(); ++l) {
    if (widths[l] != float_bits) scales_[l] = network.scales(l, widths[l]);
  }
  round(network);
}

void RoundedNetwork::fit(const FloatNetwork& network) {
  for (std::size_t l = 0; l < widths_.size(); ++l) {
    if (widths_[l] == float_bits) continue;
    scales_[l] = channel_scales(network.weights(l), FloatNetwork::channel_is_column(l), widths_[l]);
  }
  round(network);
}

void RoundedNetwork::round(const FloatNetwork& network) {
  for (std::size_t l = 0; l < widths_.size(); ++l) {
    const base::Matrix& weights = network.weights(l);
    if (widths_[l] == float_bits) {
      std::ranges::copy(weights.values(), weights_[l].values().begin());
    } else {
      round_weights(weights, FloatNetwork::channel_is_column(l), widths_[l], scales_[l],
                    weights_[l]);
    }
  }
}

void RoundedNetwork::set_activation_scales(std::span<const float> scales) {
  activation_scales_.assign(scales.begin(), scales.end());
}

void RoundedNetwork::look_up(const CodedRows& rows, std::span<const std::uint32_t> indices) {
  const base::Matrix& table = weights_.front();
  for (std::size_t r = 0; r < indices.size(); ++r) {
    const auto to = activations_.front().row(r);
    std::ranges::copy(network_->table_bias, to.begin());
    const auto codes = rows.row(indices[r]);
    for (std::size_t f = 0; f < codes.size(); ++f) {
      const float* from = table.data() + (network_->offsets[f] + codes[f]) * table.columns();
      for (std::size_t u = 0; u < to.size(); ++u) to[u] += from[u];
    }
  }
}

// ReLU and rounding to the layer's steps.
void RoundedNetwork::activate(std::size_t layer, std::size_t rows) {
  constexpr float shift = 12582912.0F;  // 1.5 * 2^23: the sum's last bit is worth 1
  base::Matrix& values = activations_[layer];
  const std::size_t count = rows * values.columns();
  float* value = values.data();
  std::uint8_t* pass = passes_[layer].data();
  if (activation_scales_.empty()) {
    for (std::size_t i = 0; i < count; ++i) {
      pass[i] = value[i] > 0.0F ? 1 : 0;
      value[i] = std::max(0.0F, value[i]);
    }
    return;
  }
  const float scale = activation_scales_[layer];
  const float inverse = 1.0F / scale;
  for (std::size_t i = 0; i < count; ++i) {
    const float steps = value[i] * inverse;
    pass[i] = steps > 0.0F && steps < activation_limit ? 1 : 0;
    const float clipped = std::min(std::max(steps, 0.0F), activation_limit);
    value[i] = ((clipped + shift) - shift) * scale;
  }
}

base::ConstMatrixView RoundedNetwork::forward(const CodedRows& rows,
                                              std::span<const std::uint32_t> indices) {
  TERSE_CHECK(indices.size() <= activations_.front().rows());
  look_up(rows, indices);
  for (std::size_t l = 1; l < widths_.size(); ++l) {
    activate(l - 1, indices.size());
    const base::Matrix& inputs = activations_[l - 1];
    const base::Matrix& weights = weights_[l];
    base::Matrix& to = activations_[l];
    inference::multiply(indices.size(), weights.rows(), weights.columns(),
                        {inputs.data(), inputs.columns()},
                        {weights.data(), weights.columns(), true}, 0.0F, to.data(), to.columns());
    const std::vector<float>& bias = network_->bias(l);
    for (std::size_t r = 0; r < indices.size(); ++r) {
      const auto row = to.row(r);
      for (std::size_t o = 0; o < row.size(); ++o) row[o] += bias[o];
    }
  }
  return activations(widths_.size() - 1, indices.size());
}

base::ConstMatrixView RoundedNetwork::activations(std::size_t layer, std::size_t rows) const {
  const base::Matrix& values = activations_[layer];
  return {values.data(), rows, values.columns()};
}

base::MatrixView RoundedNetwork::output_gradient(std::size_t rows) {
  return view(gradients_.back(), rows);
}

void RoundedNetwork::backward(const CodedRows& rows, std::span<const std::uint32_t> indices) {
  for (std::size_t l = widths_.size(); l-- > 0;) {
    const base::MatrixView gradient = view(gradients_[l], indices.size());
    std::ranges::fill(bias_gradients_[l], 0.0F);
    for (std::size_t r = 0; r < gradient.rows; ++r) {
      const auto row = gradient.row(r);
      for (std::size_t o = 0; o < row.size(); ++o) bias_gradients_[l][o] += row[o];
    }
    base::Matrix& result = weight_gradients_[l];
    if (l == 0) {
      std::ranges::fill(result.values(), 0.0F);
      for (std::size_t r = 0; r < gradient.rows; ++r) {
        const auto from = gradient.row(r);
        const auto codes = rows.row(indices[r]);
        for (std::size_t f = 0; f < codes.size(); ++f) {
          float* to = result.data() + (network_->offsets[f] + codes[f]) * result.columns();
          for (std::size_t u = 0; u < from.size(); ++u) to[u] += from[u];
        }
      }
      return;
    }
    const base::Matrix& inputs = activations_[l - 1];
    inference::multiply(result.rows(), result.columns(), gradient.rows,
                        {gradient.data, gradient.stride, true}, {inputs.data(), inputs.columns()},
                        0.0F, result.data(), result.columns());
    base::Matrix& before = gradients_[l - 1];
    inference::multiply(gradient.rows, result.columns(), result.rows(),
                        {gradient.data, gradient.stride}, {weights_[l].data(), result.columns()},
                        0.0F, before.data(), before.columns());
    const std::size_t count = gradient.rows * before.columns();
    const std::uint8_t* pass = passes_[l - 1].data();
    for (std::size_t i = 0; i < count; ++i) before.data()[i] *= static_cast<float>(pass[i]);
  }
}

}  // namespace terse::compress
