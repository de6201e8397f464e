// A trained model: thresholds in raw units, one decoder, the meaning of its outputs, and a record
// of its training. Everything that a device, a server or a reader needs; nothing of the training
// data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "terse/model/decoder/decoder.h"
#include "terse/model/decoder/shape.h"
#include "terse/payload/layout.h"
#include "terse/quantize/method.h"
#include "terse/quantize/scale.h"
#include "terse/quantize/thresholds.h"

namespace terse::model {

/// A reading on the scale of a forest: floor((reading - offset) * scale) in float32, held to int16;
/// no reading: the lowest.
struct ForestInput {
  std::uint32_t feature = 0;  ///< of the model, a reading
  float offset = 0.0F;
  float scale = 1.0F;  ///< above 0
};

/// Complete binary trees that a device runs in integers (model/forest.h). Node i of a tree has the
/// children 2 i + 1 and, for inputs above its threshold, 2 i + 2.
struct Forest {
  std::vector<ForestInput> inputs;       ///< 1 to 256, ascending by feature
  std::size_t depth = 1;                 ///< decisions on the way to a leaf, 1 to 8
  std::vector<std::uint8_t> nodes;       ///< trees x (2^depth - 1): which input is compared
  std::vector<std::int16_t> thresholds;  ///< the same
  std::vector<std::int8_t> leaves;       ///< trees x 2^depth, from the left

  std::size_t trees() const { return leaves.size() >> depth; }
};

struct Feature {
  std::string name;
  std::string unit;
  double mean = 0.0;       ///< of the training rows, raw units
  double deviation = 1.0;  ///< population standard deviation of the training rows
  /// The categories, each at its code; empty for a number. Categories have no thresholds.
  std::vector<std::string> categories = {};
  bool unseen_level = false;   ///< the code after the categories says: any other
  bool missing_level = false;  ///< the last code says: there is no reading
  /// Readings, thresholds and the mean are differences from it, in raw units.
  double origin = 0.0;
  /// Training rows per code, to see later whether messages still look like them; empty: not known.
  std::vector<std::uint64_t> code_rows = {};
  /// Of the readings that training saw; none: by mean and deviation. Those are then robust: of the
  /// readings without what lies far outside. Part of the model in full precision alone.
  quantize::Scale scale = {};
  /// No reading but a sum that the device computes of others; features that are, are the last.
  std::optional<Forest> forest = {};

  /// What training saw of a reading, and a decoder in full precision sees.
  float scaled(float reading) const {
    if (!scale.empty()) return scale.scaled(reading);
    return static_cast<float>((static_cast<double>(reading) - mean) / deviation);
  }

  /// Levels besides those that thresholds make.
  std::size_t special_levels() const {
    return categories.size() + (unseen_level ? 1 : 0) + (missing_level ? 1 : 0);
  }
  /// Neither categories nor a level for gaps: a code is a number of thresholds, nothing else.
  bool plain() const { return special_levels() == 0; }
};

/// The most targets of one model.
inline constexpr std::size_t targets_max = 100;

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

using decoder::Classes;
using decoder::Link;
using decoder::Number;
using decoder::Output;
using decoder::Several;
using decoder::Target;

/// The content of a message: codes or, in full precision, the readings themselves.
using Message = std::variant<payload::Layout, payload::FloatLayout>;

struct Model {
  quantize::Method method = quantize::Method::bw_sq;
  std::vector<Feature> features;
  std::string target_name;  ///< of one target; of several, Several has all that is theirs
  std::string target_unit;
  double target_origin = 0.0;  ///< predictions of a number are differences from it
  Output output = Number{};
  /// Raw units, sorted, distinct, finite; the code of reading x is the number of thresholds
  /// strictly below it. No feature has any in full precision.
  quantize::Thresholds thresholds;
  payload::Packing packing = payload::Packing::bits;
  std::optional<std::uint8_t> tag;
  decoder::Decoder decoder = decoder::Lookup{};
  TrainingRecord record;

  /// Whether messages hold the readings as they are.
  bool full_precision() const { return quantize::full_precision(method); }
  /// How many features are readings: the columns of what is encoded. Computed ones follow them.
  std::size_t readings() const;
  /// Levels per feature: thresholds + 1, or the categories, and the levels for what is unseen or
  /// missing. 1 each in full precision.
  std::vector<std::size_t> levels() const;
  /// Numbers per prediction: of each target one, or a probability per class.
  std::size_t outputs() const { return decoder::count(output); }
  /// The labels of the classes; none for a number, or several targets.
  std::span<const std::string> labels() const;
  /// Whether it is an encoder alone, whose decoder runs elsewhere.
  bool external() const { return std::holds_alternative<decoder::External>(decoder); }
  bool several() const { return std::holds_alternative<Several>(output); }
  /// Each target, or the only one.
  std::vector<Target> targets() const;
  /// Whether readings or predictions are differences from an origin that is not 0.
  bool has_origins() const;
  /// The shape of the decoder's inputs and outputs.
  decoder::Shape shape() const;
  /// Whether every feature is plain: readings are numbers, none may be missing.
  bool plain() const;
  /// Per feature, whether it is part of a message.
  std::vector<bool> sent() const;
  /// Per feature, whether encoding needs it: it is sent, or a sent one is computed of it.
  std::vector<bool> needed() const;
  Message message() const;
  /// The layout of a message of codes; without any code in full precision.
  payload::Layout layout() const;
  /// Bits of a message.
  std::size_t payload_bits() const;
  std::size_t payload_bytes() const;
  /// 32 * readings / payload_bits (infinite if nothing is sent).
  double compression() const;
};

/// Throws InputError naming `source` for an encoder alone.
void require_decoder(const Model& model, const std::string& source);

}  // namespace terse::model
