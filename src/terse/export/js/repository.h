// Files that come with a codec in a repository of codecs: messages and their decoded values.
// Private to the room.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "terse/export/js/values.h"
#include "terse/model/model.h"

namespace terse::export_js {

/// What a code decodes to: missing, or the category's literal (null: none of them), or numbers of
/// JSON; low and high may be null.
struct DecodedFeature {
  std::string name;  ///< a literal
  std::size_t code = 0;
  bool missing = false;
  std::string category;
  std::string low;
  std::string high;
  std::string middle;
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

/// The Things Network's device repository: NAME-codec.yaml.
std::string codec_yaml(const std::string& name, const model::Model& model,
                       const std::vector<Example>& examples);

/// The LoRa Alliance's TS013-1.0.0: examples.json beside index.js.
std::string examples_json(const model::Model& model, const std::vector<Example>& examples);

}  // namespace terse::export_js
