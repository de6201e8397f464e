// A model's payload codec in JavaScript, for network servers: The Things Stack, ChirpStack and
// whatever follows the LoRa Alliance's TS013.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "terse/export/text/files.h"
#include "terse/model/model.h"

namespace terse::export_js {

/// What The Things Stack takes as a script.
inline constexpr std::size_t script_bytes_max = 40'960;

struct CodecOptions {
  std::string name;  ///< of the files, an identifier
  bool compact =
      false;  ///< bounds rounded to 1/150 of their feature's widest interval, a byte each
  bool network = false;  ///< predict, too
};

/// NAME.js (ECMAScript 5, decodeUplink) and NAME-codec.yaml (for The Things Network's device
/// repository: the script's name, and messages with what they decode to, wrong ones included); the
/// same as TS013-1.0.0 wants it: ts013/index.js, metadata.json (vendorId and codecId are for the
/// vendor to fill in) and examples.json. Bounds have the fewest digits
/// that read back as the model's float32 threshold; outer intervals are as wide as their neighbour,
/// or two standard deviations where there is none, for their middle. Features with one level are
/// left out. A code for a category decodes to its name, a code for a missing reading says so, and
/// a classifier's prediction is {label, probabilities}. Throws InputError for method fp, for a
/// model that sends nothing, for a feature no object of JavaScript can name, and if the script
/// would be longer than script_bytes_max.
std::vector<export_text::File> codec_files(const model::Model& model, const CodecOptions& options);

}  // namespace terse::export_js
