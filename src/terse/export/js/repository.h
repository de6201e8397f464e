// Files that come with a codec in a repository of codecs: messages and their decoded values.
// Private to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terse/export/js/normalized.h"
#include "terse/export/js/values.h"
#include "terse/model/model.h"

namespace terse::export_js {

/// What a code decodes to: missing, or the category's literal (null: none of them), or numbers of
/// JSON; low and high may be null.
struct DecodedFeature {
  std::size_t index = 0;  ///< in the model
  std::string name;       ///< a literal
  std::size_t code = 0;
  bool missing = false;
  std::string category;
  std::string low;
  std::string high;
  std::string middle;
  double value = 0.0;  ///< of middle
};

enum class Verdict : std::uint8_t { good, wrong_length, wrong_tag };

/// A message, and what it decodes to if it is good.
struct Example {
  std::string_view description;
  std::vector<std::uint8_t> message;
  std::vector<DecodedFeature> features;
  Verdict verdict = Verdict::good;
};

/// with_good: those that decode to something, too.
std::vector<Example> examples_of(const model::Model& model,
                                 const std::vector<SentFeature>& features, bool with_good);

/// A codec's id there, from the name of its files: at most 36 lower-case letters, digits, and
/// hyphens between them.
std::string codec_id(std::string_view name);

/// The Things Network's device repository: the file with the codec's id. quantities: one per
/// feature of the model, none of them if the script does not normalize; flat: as in CodecOptions.
std::string codec_yaml(const std::string& name, const model::Model& model,
                       const std::vector<Example>& examples,
                       const std::vector<std::optional<Quantity>>& quantities, bool flat);

/// The LoRa Alliance's TS013-1.0.0: examples.json beside index.js.
std::string examples_json(const model::Model& model, const std::vector<Example>& examples,
                          bool flat);

}  // namespace terse::export_js
