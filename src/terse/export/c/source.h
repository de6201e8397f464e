// The encoder of one model as two files of C99, for devices: no allocation, no floating-point
// arithmetic, no state but the caller's, nothing included but <stdint.h> (and <avr/pgmspace.h> on
// AVR).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "terse/export/text/device_features.h"
#include "terse/export/text/files.h"
#include "terse/payload/layout.h"

namespace terse::export_c {

/// size: thresholds as tables and one loop; speed: every comparison written out.
enum class Form : std::uint8_t { size, speed };

struct CEncoder {
  std::string prefix;  ///< what every name begins with, an identifier
  std::string model;   ///< how comments name the model
  Form form = Form::size;
  std::vector<std::string> names;  ///< of the features
  std::vector<export_text::DeviceFeature> features;
  payload::Packing packing = payload::Packing::bits;
  std::optional<std::uint8_t> tag;

  payload::Layout layout() const;
  /// Whether any feature may be missing.
  bool has_gaps() const;
  /// Whether float32 stands beside integers, so that a reading is a union.
  bool mixes_floats() const;
};

/// The encoder for `model` (not of method fp). inputs: one per feature; calibration and bytes_max
/// as for device_features(). The speed form rounds no threshold. Throws InputError where a scale
/// and offset put a threshold out of a reading type's reach.
CEncoder c_encoder(const model::Model& model, const std::string& prefix, Form form,
                   std::span<const export_text::DeviceInput> inputs,
                   base::ConstMatrixView calibration, std::uint8_t bytes_max = 4);

/// The one C type that holds every feature's values: an integer type, float, or, where float32
/// stands beside integers, "union { float value; int32_t count; }".
std::string_view c_reading_type(const CEncoder& encoder);

/// PREFIX.h and PREFIX.c.
std::vector<export_text::File> c_files(const CEncoder& encoder);

/// Bytes of flash that thresholds and the lists beside them take in the size form.
std::size_t c_table_bytes(const CEncoder& encoder);

}  // namespace terse::export_c
