// The encoder of one model for devices, before it is written in C: what the firmware holds, and
// how each feature is compared.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/export/text/device_features.h"
#include "terse/payload/layout.h"

namespace terse::export_c {

/// size: thresholds as tables and one loop; speed: every comparison written out.
enum class Form : std::uint8_t { size, speed };

struct Encoder {
  std::string prefix;  ///< what every name begins with, an identifier
  std::string model;   ///< how comments name the model
  Form form = Form::size;
  std::vector<std::string> names;  ///< of the features
  std::vector<export_text::DeviceFeature> features;
  std::size_t computed = 0;  ///< how many features, the last ones, are computed
  payload::Packing packing = payload::Packing::bits;
  std::optional<std::uint8_t> tag;
  std::string id;  ///< of what travels (model/identity.h)

  /// "MODEL_" for the prefix "model".
  std::string upper_prefix() const;
  payload::Layout layout() const;
  bool radix() const { return packing == payload::Packing::radix; }
  /// Whether any feature may be missing.
  bool has_gaps() const;
  /// Whether a feature without a level for it may have no reading, so that encoding has a status.
  bool may_refuse() const;
  /// Whether any feature is held as `type`.
  bool holds_any(export_text::ReadingType type) const;
  /// Whether float32 and integers are mixed, so that a reading is a union.
  bool mixes_floats() const;
};

/// The encoder for `model` (not of method fp). inputs: one per feature; calibration and bytes_max
/// as for device_features(). The speed form rounds no threshold.
Encoder make_encoder(const model::Model& model, const std::string& prefix, Form form,
                     std::span<const export_text::DeviceInput> inputs,
                     base::ConstMatrixView calibration, std::uint8_t bytes_max = 4);

/// The one C type that holds every feature's values: an integer type, float, or, where float32
/// and integers are mixed, "union { float value; int32_t count; }".
std::string_view reading_type(const Encoder& encoder);

}  // namespace terse::export_c
