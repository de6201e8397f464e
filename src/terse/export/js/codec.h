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
  /// A number or a name for each feature instead of an object, and normalizeUplink for the
  /// quantities that The Things Network's device repository has names for.
  bool flat = false;
};

/// A feature, and where normalizeUplink puts it: "air.temperature".
struct NormalizedFeature {
  std::string name;
  std::string place;
};
std::vector<NormalizedFeature> normalized_features(const model::Model& model);

/// NAME.js (ECMAScript 5, decodeUplink) and NAME-codec.yaml (for The Things Network's device
/// repository, which takes no underscore in that name, nor more than 36 letters: the script's name,
/// and messages with what they decode to, wrong ones included); the
/// same as TS013-1.0.0 wants it: ts013/index.js, metadata.json (vendorId and codecId are for the
/// vendor to fill in) and examples.json. Bounds have the fewest digits
/// that read back as the model's float32 threshold; outer intervals are as wide as their neighbour,
/// or two standard deviations where there is none, for their middle. Features with one level are
/// left out. A code for a category decodes to its name, a code for a missing reading says so, and
/// a classifier's prediction is {label, probabilities}; flat, TARGET is the label and
/// TARGET_probability its probability, and a missing reading is left out. Of a model whose targets
/// are its features, with network, each has what is predicted in place of its code. decodeUplink
/// neither changes nor keeps input.bytes, and answers not_bytes unless it is an array or typed
/// array of whole numbers from 0 to 255. Throws InputError for method fp, for a model that sends
/// nothing, for a feature no object of JavaScript can name, and if the script would be longer than
/// script_bytes_max.
std::vector<export_text::File> codec_files(const model::Model& model, const CodecOptions& options);

}  // namespace terse::export_js
