#include "terse/inference/inference.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "terse/base/error.h"
#include "terse/inference/activation_kernels.h"
#include "terse/inference/gemm.h"
#include "terse/inference/inference_kernel.h"
#include "terse/inference/product_scope.h"
#include "terse/simd/dispatch.h"

namespace terse::inference {
namespace {

// Up to this many rows, each is multiplied on its own; above, oneDNN is faster although it does not
// skip the zeros. Its product has a fixed cost, which small layers feel longer: on Zen 5 both take
// the same time at 8 rows of 64 units and between 3 and 4 rows of 128 to 1024.
constexpr std::size_t always_single_rows = 3;
std::size_t single_rows_max(std::size_t inputs, std::size_t outputs) {
  return inputs * outputs <= 64 * 64 ? 8 : always_single_rows;
}

// Rows a power of two apart would fall on the same few sets of the first-level cache.
std::size_t padded(std::size_t columns) {
  return (columns + 15) / 16 * 16 + 16;
}

struct PackedLayer {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  base::AlignedVector<float> weights;  ///< inputs x outputs
  base::AlignedVector<float> bias;

  explicit PackedLayer(const DenseLayer& layer)
      : inputs(layer.weights.columns()),
        outputs(layer.weights.rows()),
        weights(inputs * outputs),
        bias(layer.bias.begin(), layer.bias.end()) {
    TERSE_CHECK(bias.size() == outputs);
    for (std::size_t o = 0; o < outputs; ++o) {
      for (std::size_t i = 0; i < inputs; ++i) weights[i * outputs + o] = layer.weights(o, i);
    }
  }
};

}  // namespace

struct Inference::State {
  std::vector<PackedLayer> layers;
  bool input_relu = true;
  std::size_t batch_rows_max = 0;
  base::AlignedVector<float> zeros;
  base::Matrix buffers[2];

  void apply(std::size_t index, base::MatrixView input, base::MatrixView output) const;
};

// One layer, with ReLU unless it is the last.
void Inference::State::apply(std::size_t index, base::MatrixView input,
                             base::MatrixView output) const {
  const PackedLayer& layer = layers[index];
  const bool last = index + 1 == layers.size();
  if (input.rows <= single_rows_max(layer.inputs, layer.outputs)) {
    for (std::size_t r = 0; r < input.rows; ++r) {
      float* result = output.data + r * output.stride;
      TERSE_DISPATCH(multiply_row)
      (input.data + r * input.stride, layer.inputs, layer.weights.data(), layer.bias.data(),
       layer.outputs, result);
    }
    if (!last) {
      TERSE_DISPATCH(activate)
      ({output.data, output.stride, 0, output.rows, layer.outputs}, zeros.data(), {});
    }
    return;
  }
  multiply(input.rows, layer.outputs, layer.inputs, {input.data, input.stride},
           {layer.weights.data(), layer.outputs}, 0.0F, output.data, output.stride);
  if (!last) {
    TERSE_DISPATCH(activate)
    ({output.data, output.stride, 0, output.rows, layer.outputs}, layer.bias.data(), {});
    return;
  }
  for (std::size_t r = 0; r < output.rows; ++r) {
    for (std::size_t o = 0; o < layer.outputs; ++o) output(r, o) += layer.bias[o];
  }
}

Inference::Inference(std::span<const DenseLayer> layers, std::size_t batch_rows_max,
                     bool input_relu)
    : state_(std::make_unique<State>()) {
  TERSE_CHECK(!layers.empty() && batch_rows_max > 0);
  State& state = *state_;
  state.input_relu = input_relu;
  state.batch_rows_max = batch_rows_max;
  std::size_t width = layers.front().weights.columns();
  for (const DenseLayer& layer : layers) {
    TERSE_CHECK(state.layers.empty() || state.layers.back().outputs == layer.weights.columns());
    state.layers.emplace_back(layer);
    width = std::max(width, layer.weights.rows());
  }
  state.zeros.resize(width);
  for (base::Matrix& buffer : state.buffers) buffer = base::Matrix(batch_rows_max, padded(width));
}

Inference::~Inference() = default;
Inference::Inference(Inference&&) noexcept = default;

void Inference::run(base::MatrixView input, std::span<float> output) {
  State& state = *state_;
  TERSE_CHECK(input.rows <= state.batch_rows_max && input.columns == state.layers.front().inputs);
  TERSE_CHECK(output.size() == input.rows * state.layers.back().outputs);
  if (input.rows == 0) return;
  // Callers that want several threads run one Inference in each. A row alone takes less time than
  // the scope's system calls, and needs no oneDNN.
  std::optional<ProductScope> products;
  if (input.rows > always_single_rows) products.emplace();
  if (state.input_relu) {
    TERSE_DISPATCH(activate)
    ({input.data, input.stride, 0, input.rows, input.columns}, state.zeros.data(), {});
  }
  for (std::size_t l = 0; l < state.layers.size(); ++l) {
    const std::size_t outputs = state.layers[l].outputs;
    base::Matrix& buffer = state.buffers[l % 2];
    const bool last = l + 1 == state.layers.size();
    const base::MatrixView to =
        last ? base::MatrixView(output.data(), input.rows, outputs)
             : base::MatrixView(buffer.data(), input.rows, outputs, buffer.columns());
    state.apply(l, input, to);
    input = to;
  }
}

}  // namespace terse::inference
