// The trained thing: thresholds in raw units, a look-up table instead of the first layer, the
// layers after it, and a record of how it came about. Everything a device, a server or a reader
// needs; nothing of the training data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "terse/matrix.h"
#include "terse/model/trees.h"
#include "terse/network/parameters.h"
#include "terse/payload/layout.h"
#include "terse/quantize/method.h"
#include "terse/quantize/thresholds.h"

namespace terse::model {

struct Feature {
  std::string name;
  std::string unit;
  double mean = 0.0;       ///< of the training rows, raw units
  double deviation = 1.0;  ///< population standard deviation of the training rows
};

/// How the model was made; stored with it, shown by `terse inspect`.
struct TrainingRecord {
  std::string command;
  std::string data;       ///< as the user named it
  std::string data_hash;  ///< SHA-256 of the table
  std::uint64_t seed = 0;
  double train_seconds = 0.0;
  std::vector<std::pair<std::string, std::string>> settings;  ///< name, value, in order
  std::vector<std::pair<std::string, double>> metrics;        ///< of the test part
};

struct Model {
  quantize::Method method = quantize::Method::bw_sq;
  std::vector<Feature> features;
  std::string target_name;
  std::string target_unit;
  double target_mean = 0.0;
  double target_deviation = 1.0;
  /// Raw units, sorted, distinct, finite; the code of reading x is the number of thresholds
  /// strictly below it. No feature has any in full precision.
  quantize::Thresholds thresholds;
  payload::Packing packing = payload::Packing::bits;
  std::optional<std::uint8_t> tag;
  /// One row of first-layer sums per feature and level, feature after feature: (sum of levels) x
  /// units. Empty for fp.
  Matrix table;
  /// units: what is added to the sum of the table's rows.
  std::vector<float> table_bias;
  /// fp: all layers, the first on standardised readings. Otherwise the layers after the first.
  std::vector<network::DenseLayer> layers;
  /// A boosted decoder, which predicts the standardised target from the codes (full precision: from
  /// the standardised readings) in place of table and layers, which are then empty.
  Trees trees;
  TrainingRecord record;

  /// Whether messages hold the readings as they are.
  bool full_precision() const { return quantize::full_precision(method); }
  /// Levels per feature, thresholds + 1.
  std::vector<std::size_t> levels() const;
  payload::Layout layout() const;
  /// Bits of a message; 32 per feature in full precision, whose message is the readings as
  /// big-endian float32.
  std::size_t payload_bits() const;
  std::size_t payload_bytes() const;
  /// 32 * features / payload_bits (infinite if nothing is sent).
  double compression() const;
};

}  // namespace terse::model
