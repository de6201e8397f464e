// The numbers of a compressed network as the C around them wants them. Inside the export room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "terse/model/decoder/fixed_point.h"
#include "terse/model/decoder/requantization.h"
#include "terse/model/model.h"

namespace terse::export_c {

/// Of one channel: value = (sum * 2^up + bias) >> down; the rest as model::decoder::Requantization.
/// The general form keeps Requantization's own numbers and the guard instead.
struct DeviceChannel {
  std::int32_t bias = 0;
  std::uint32_t multiplier = 0;
  int up = 0;
  int down = 0;
  std::int32_t limit = 0;
  int guard = 0;
};

struct DeviceLayer {
  unsigned bits = 8;
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  std::size_t row_bytes = 0;  ///< of weights: four at a time
  /// Row after row: of the table one per feature and level. weight_offset() is added to each.
  std::vector<std::uint8_t> weights;
  bool short_sums = false;  ///< every sum, and each part of it, fits 16 bits
};

struct DeviceNetwork {
  std::vector<DeviceLayer> layers;      ///< the table first
  std::vector<DeviceChannel> channels;  ///< of all layers but the last
  bool wide = false;                    ///< a channel needs the general form
  bool short_biases = false;            ///< all fit 16 bits
  model::decoder::FixedPointOutputs outputs;
  std::vector<std::size_t> levels;

  bool equal_levels() const;
  /// "uint16_t", or where that is too short for a row or channel "uint32_t".
  std::string index_type() const;
  /// Numbers of sums that fit the scratch: the table's, or two layers' activations.
  std::size_t sum_bytes() const { return layers.front().short_sums ? 2 : 4; }
  std::size_t scratch_sums() const;
  /// Bytes in the scratch before the activations of layers 1, 3, ...
  std::size_t second_place() const;
  std::size_t flash_bytes_of_channels() const;
};

/// Of a model whose decoder they are.
const std::vector<model::decoder::IntegerLayer>& integer_layers(const model::Model& model);

/// model: of integer layers.
DeviceNetwork device_network(const model::Model& model);

/// Whether the short form gives what the general one gives, for every sum within 29 bits.
bool short_form_holds(const model::decoder::Requantization& channel);

/// The offset that makes every weight of `bits` bits positive, so that nothing extends a sign:
/// 2^(bits - 1).
std::size_t weight_offset(unsigned bits);

/// A number, rounded up to fours.
std::size_t in_fours(std::size_t count);

}  // namespace terse::export_c
