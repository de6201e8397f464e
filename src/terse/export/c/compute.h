// The computation of features on a device, in C: sums of forests, put among the readings before
// they are encoded. Inside the export room.
#pragma once

#include <string>
#include <vector>

#include "terse/export/c/encoder.h"
#include "terse/export/text/files.h"
#include "terse/model/model.h"

namespace terse::export_c {

/// PREFIX_compute.c; none where nothing is computed. encoder: of this model.
std::vector<export_text::File> compute_files(const model::Model& model, const Encoder& encoder);

/// Why AVR cannot hold the tables, or nothing.
std::string forests_too_large_for_avr(const model::Model& model);

/// Bytes of flash that the tables of all forests take.
std::size_t forest_bytes(const model::Model& model);

/// Throws InputError unless the readings are held as they are, in float32, where some feature is
/// computed. source: of the model.
void require_computable(const model::Model& model, std::span<const export_text::DeviceInput> inputs,
                        const std::string& source);

}  // namespace terse::export_c
