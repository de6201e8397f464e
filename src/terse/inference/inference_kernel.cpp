#include "terse/inference/inference_kernel.h"

#include "terse/simd/vector.h"

namespace terse::inference::TERSE_KERNEL {
namespace {

using simd::TERSE_KERNEL::lanes;
using simd::TERSE_KERNEL::load;
using simd::TERSE_KERNEL::store;
using simd::TERSE_KERNEL::sum;
using simd::TERSE_KERNEL::Vector;

// Inputs looked through at a time; their places lie on the stack.
constexpr std::size_t inputs_max = 1024;

#if defined(__AVX512F__)
constexpr std::size_t widest = 16;  // of 32 registers
#else
constexpr std::size_t widest = 8;  // of 16 registers
#endif

// Adds columns from..from + count * lanes of the weights' rows at `places`, sums in registers. Few
// columns are summed in several independent chains: one would wait for its own additions.
template <std::size_t count>
void add_columns(const float* row, const std::uint32_t* places, std::size_t place_count,
                 const float* weights, std::size_t outputs, float* result) {
  constexpr std::size_t chains = count >= 8 ? 1 : 8 / count;
  Vector total[chains][count] = {};
  for (std::size_t v = 0; v < count; ++v) total[0][v] = load(result + v * lanes);
  std::size_t p = 0;
  for (; p + chains <= place_count; p += chains) {
    for (std::size_t c = 0; c < chains; ++c) {
      const std::size_t i = places[p + c];
      const float value = row[i];
      const float* from_row = weights + i * outputs;
      for (std::size_t v = 0; v < count; ++v) total[c][v] += value * load(from_row + v * lanes);
    }
  }
  for (; p < place_count; ++p) {
    const float value = row[places[p]];
    const float* from_row = weights + places[p] * outputs;
    for (std::size_t v = 0; v < count; ++v) total[0][v] += value * load(from_row + v * lanes);
  }
  for (std::size_t v = 0; v < count; ++v) {
    for (std::size_t c = 1; c < chains; ++c) total[0][v] += total[c][v];
    store(result + v * lanes, total[0][v]);
  }
}

// Adds the weights' rows at `places`, each times its input.
void add_rows(const float* row, const std::uint32_t* places, std::size_t place_count,
              const float* weights, std::size_t outputs, float* result) {
  std::size_t o = 0;
  for (; o + widest * lanes <= outputs; o += widest * lanes) {
    add_columns<widest>(row, places, place_count, weights + o, outputs, result + o);
  }
  for (; o + 4 * lanes <= outputs; o += 4 * lanes) {
    add_columns<4>(row, places, place_count, weights + o, outputs, result + o);
  }
  for (; o + lanes <= outputs; o += lanes) {
    add_columns<1>(row, places, place_count, weights + o, outputs, result + o);
  }
  for (; o < outputs; ++o) {
    float total = result[o];
    for (std::size_t p = 0; p < place_count; ++p) {
      total += row[places[p]] * weights[places[p] * outputs + o];
    }
    result[o] = total;
  }
}

// One output: the weights are a row themselves.
float scalar_product(const float* row, const float* weights, std::size_t inputs) {
  Vector total[2] = {};
  std::size_t i = 0;
  for (; i + 2 * lanes <= inputs; i += 2 * lanes) {
    total[0] += load(row + i) * load(weights + i);
    total[1] += load(row + i + lanes) * load(weights + i + lanes);
  }
  float result = sum(total[0] + total[1]);
  for (; i < inputs; ++i) result += row[i] * weights[i];
  return result;
}

}  // namespace

void multiply_row(const float* row, std::size_t inputs, const float* weights, const float* bias,
                  std::size_t outputs, float* result) {
  if (outputs == 1) {
    *result = *bias + scalar_product(row, weights, inputs);
    return;
  }
  for (std::size_t o = 0; o < outputs; ++o) result[o] = bias[o];
  // Half of what ReLU leaves is zero, in no order: found first and without a branch, which would be
  // mispredicted every other time.
  std::uint32_t places[inputs_max];
  for (std::size_t begin = 0; begin < inputs; begin += inputs_max) {
    const std::size_t end = begin + inputs_max < inputs ? begin + inputs_max : inputs;
    std::size_t place_count = 0;
    for (std::size_t i = begin; i < end; ++i) {
      places[place_count] = static_cast<std::uint32_t>(i);
      place_count += row[i] != 0.0F ? 1 : 0;
    }
    add_rows(row, places, place_count, weights, outputs, result);
  }
}

}  // namespace terse::inference::TERSE_KERNEL
