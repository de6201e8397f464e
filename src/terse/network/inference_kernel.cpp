#include "terse/network/inference_kernel.h"

#include "terse/network/steps_vector.h"

namespace terse::network::TERSE_KERNEL {
namespace {

// Columns from..from + count * lanes, sums in registers.
template <std::size_t count>
void multiply_columns(const float* row, std::size_t inputs, const float* weights, const float* bias,
                      std::size_t outputs, std::size_t from, float* result) {
  Vector total[count];
  for (std::size_t v = 0; v < count; ++v) total[v] = load(bias + from + v * lanes);
  for (std::size_t i = 0; i < inputs; ++i) {
    const float value = row[i];
    if (value == 0.0F) continue;
    const float* from_row = weights + i * outputs + from;
    for (std::size_t v = 0; v < count; ++v) total[v] += value * load(from_row + v * lanes);
  }
  for (std::size_t v = 0; v < count; ++v) store(result + from + v * lanes, total[v]);
}

}  // namespace

void multiply_row(const float* row, std::size_t inputs, const float* weights, const float* bias,
                  std::size_t outputs, float* result) {
  std::size_t o = 0;
  for (; o + 8 * lanes <= outputs; o += 8 * lanes) {
    multiply_columns<8>(row, inputs, weights, bias, outputs, o, result);
  }
  for (; o + 2 * lanes <= outputs; o += 2 * lanes) {
    multiply_columns<2>(row, inputs, weights, bias, outputs, o, result);
  }
  for (; o + lanes <= outputs; o += lanes) {
    multiply_columns<1>(row, inputs, weights, bias, outputs, o, result);
  }
  for (; o < outputs; ++o) {
    float total = bias[o];
    for (std::size_t i = 0; i < inputs; ++i) total += row[i] * weights[i * outputs + o];
    result[o] = total;
  }
}

}  // namespace terse::network::TERSE_KERNEL
