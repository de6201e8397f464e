#include "terse/model/decoder/integer_network.h"

#include <algorithm>
#include <numeric>

#include "terse/base/error.h"
#include "terse/model/decoder/integer_kernel.h"
#include "terse/model/decoder/requantization.h"
#include "terse/quantize/thresholds.h"
#include "terse/simd/dispatch.h"

namespace terse::model::decoder {
namespace {

// Two products of an activation and such a weight fit 16 bits: 2 * 255 * 64 < 2^15.
constexpr unsigned narrow_bits_max = 6;

std::size_t tiles_of(std::size_t outputs) {
  return (outputs + integer_tile - 1) / integer_tile;
}

bool processor_has_vnni() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512vnni");
#else
  return false;
#endif
}

}  // namespace

IntegerNetwork::IntegerNetwork(std::span<const IntegerLayer> layers,
                               std::span<const std::size_t> levels, std::size_t batch_rows_max)
    : vnni_(processor_has_vnni()) {
  TERSE_CHECK(layers.size() > 1);
  const IntegerLayer& table = layers.front();
  table_columns_ = tiles_of(table.outputs) * integer_tile;
  table_.resize(table.inputs * table_columns_);
  for (std::size_t row = 0; row < table.inputs; ++row) {
    std::copy_n(table.weights.data() + row * table.outputs, table.outputs,
                table_.data() + row * table_columns_);
  }
  TERSE_CHECK(std::accumulate(levels.begin(), levels.end(), std::size_t{0}) == table.inputs);
  offsets_ = quantize::first_rows(levels);
  std::size_t widest = table_columns_;
  for (std::size_t l = 1; l < layers.size(); ++l) {
    add_dense(layers[l]);
    add_channels(layers, levels, l - 1);
    widest = std::max(widest, layers_.back().tiles * integer_tile);
  }
  outputs_ = layers.back().outputs;
  for (std::size_t o = 0; o < outputs_; ++o) {
    output_units_.push_back(sum_unit(layers, layers.size() - 1, o));
  }
  output_bias_ = layers.back().bias;
  stride_ = widest + 64;  // rows a power of two apart would fall on the same few cache sets
  sums_.resize(batch_rows_max * widest);
  activations_.resize(batch_rows_max * stride_);
}

void IntegerNetwork::add_dense(const IntegerLayer& layer) {
  Dense dense;
  dense.groups = (layer.inputs + integer_group - 1) / integer_group;
  dense.tiles = tiles_of(layer.outputs);
  dense.narrow = layer.bits <= narrow_bits_max;
  dense.weights.resize(dense.tiles * dense.groups * integer_tile * integer_group);
  for (std::size_t o = 0; o < layer.outputs; ++o) {
    for (std::size_t i = 0; i < layer.inputs; ++i) {
      const std::size_t block = o / integer_tile * dense.groups + i / integer_group;
      dense.weights[(block * integer_tile + o % integer_tile) * integer_group + i % integer_group] =
          layer.weights[o * layer.inputs + i];
    }
  }
  layers_.push_back(std::move(dense));
}

// Channels beyond the outputs have multiplier 0: their activations are zero, as are their weights.
void IntegerNetwork::add_channels(std::span<const IntegerLayer> layers,
                                  std::span<const std::size_t> levels, std::size_t layer) {
  const LayerRequantization from = requantization(layers, levels, layer);
  Channels to;
  to.columns = tiles_of(from.channels.size()) * integer_tile;
  to.guard = from.guard;
  for (auto* values : {&to.bias, &to.limit, &to.multiplier, &to.shift}) values->resize(to.columns);
  for (std::size_t o = 0; o < from.channels.size(); ++o) {
    to.bias[o] = from.channels[o].bias;
    to.limit[o] = from.channels[o].limit;
    to.multiplier[o] = from.channels[o].multiplier;
    to.shift[o] = from.channels[o].shift;
  }
  channels_.push_back(std::move(to));
}

std::size_t IntegerNetwork::sum(const quantize::Code* codes, std::size_t rows) {
  TERSE_CHECK(rows * stride_ <= activations_.size());
  TERSE_DISPATCH(add_integer_rows)
  (table_.data(), table_columns_, offsets_.data(), offsets_.size(), codes, rows, sums_.data());
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Channels& channels = channels_[l];
    TERSE_DISPATCH(requantize)
    (sums_.data(), rows, channels.columns,
     {channels.bias.data(), channels.limit.data(), channels.multiplier.data(),
      channels.shift.data(), channels.guard},
     activations_.data(), stride_);
    const Dense& layer = layers_[l];
    TERSE_DISPATCH(multiply_integers)
    (activations_.data(), stride_, rows,
     {layer.weights.data(), layer.groups, layer.tiles, layer.narrow, vnni_}, sums_.data());
  }
  return layers_.back().tiles * integer_tile;
}

void IntegerNetwork::run(const quantize::Code* codes, std::size_t rows, std::span<float> outputs) {
  TERSE_CHECK(outputs.size() == rows * outputs_);
  const std::size_t columns = sum(codes, rows);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t o = 0; o < outputs_; ++o) {
      outputs[r * outputs_ + o] =
          static_cast<float>(static_cast<double>(sums_[r * columns + o]) * output_units_[o] +
                             static_cast<double>(output_bias_[o]));
    }
  }
}

void IntegerNetwork::run_fixed(const quantize::Code* codes, std::size_t rows,
                               const FixedPointOutputs& form, std::span<std::int32_t> outputs) {
  TERSE_CHECK(outputs.size() == rows * outputs_);
  const std::size_t columns = sum(codes, rows);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t o = 0; o < outputs_; ++o) {
      outputs[r * outputs_ + o] = fixed_point(sums_[r * columns + o], form, o);
    }
  }
}

std::size_t IntegerNetwork::bytes() const {
  std::size_t bytes = table_.size() + 4 * offsets_.size() + 12 * outputs_;
  for (const Dense& layer : layers_) bytes += layer.weights.size();
  for (const Channels& channels : channels_) bytes += 16 * channels.columns;
  return bytes;
}

}  // namespace terse::model::decoder
