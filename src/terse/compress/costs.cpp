#include "terse/compress/costs.h"

#include "terse/base/error.h"
#include "terse/compress/weight_rounding.h"
#include "terse/model/decoder/integer_layer.h"

namespace terse::compress {
namespace {

// arXiv 2602.22136: a bit-serial multiply-accumulate unit against one of 8 bits.
constexpr double energy_base = 0.638;
constexpr double energy_per_bit = 0.056;
constexpr double latency_per_bit = 0.525;

double all_products(const FloatNetwork& network) {
  double sum = 0.0;
  for (std::size_t l = 0; l < network.layer_count(); ++l) {
    sum += static_cast<double>(network.products(l));
  }
  return sum;
}

}  // namespace

std::size_t layer_bytes(const FloatNetwork& network, std::size_t layer, unsigned bits) {
  const std::size_t count = network.weights(layer).values().size();
  const std::size_t outputs = network.outputs(layer);
  if (bits == float_bits) return sizeof(float) * (count + outputs);
  const std::size_t activation = layer + 1 < network.layer_count() ? sizeof(float) : 0;
  return model::decoder::packed_bytes(count, bits) + 2 * sizeof(float) * outputs + activation;
}

double layer_energy(const FloatNetwork& network, std::size_t layer, unsigned bits) {
  return static_cast<double>(network.products(layer)) / all_products(network) *
         (energy_base + energy_per_bit * bits);
}

Costs costs(const FloatNetwork& network, const Widths& widths) {
  TERSE_CHECK(widths.size() == network.layer_count());
  Costs result;
  const double all = all_products(network);
  for (std::size_t l = 0; l < widths.size(); ++l) {
    const auto products = static_cast<double>(network.products(l));
    result.bytes += layer_bytes(network, l, widths[l]);
    result.weight_bytes +=
        model::decoder::packed_bytes(network.weights(l).values().size(), widths[l]);
    result.bit_operations += products * widths[l] * activation_bits;
    result.energy += layer_energy(network, l, widths[l]);
    result.latency += products / all * latency_per_bit * widths[l];
  }
  return result;
}

std::size_t float_bytes(const FloatNetwork& network) {
  std::size_t bytes = 0;
  for (std::size_t l = 0; l < network.layer_count(); ++l) {
    bytes += layer_bytes(network, l, float_bits);
  }
  return bytes;
}

}  // namespace terse::compress
