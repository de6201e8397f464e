// The `.terse` file: a safetensors container (8-byte little-endian header length, JSON header,
// little-endian tensors) that any safetensors reader opens. docs/model-format.md lists tensors and
// metadata.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "terse/model/model.h"

namespace terse::model {

/// The newest version, which to_bytes() writes for an encoder alone; 7 for computed features, 6 for
/// several targets and TabM, 5 for stacks. Models with origins, numbers predicted as logarithms,
/// full precision on scaled readings, and trees with classes, categories or gaps are files of
/// version 4, compressed models of version 3, classification, categories, gaps and boosted decoders
/// of version 2, all others of version 1: older programs can read what they know.
inline constexpr int format_version = 8;

/// The bytes of the file; the same model gives the same bytes.
std::vector<std::uint8_t> to_bytes(const Model& model);
/// Checks everything (lengths against the bytes present before allocating, checksum, version,
/// shapes, order of thresholds, finite numbers). Throws InputError naming `source` and the field.
Model from_bytes(std::span<const std::uint8_t> bytes, const std::string& source);

/// Writes to a temporary file beside `path`, then renames. Throws JobError if the disk refuses.
void write_file(const Model& model, const std::string& path);
Model read_file(const std::string& path);

}  // namespace terse::model
