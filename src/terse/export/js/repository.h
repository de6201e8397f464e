// What stands beside a codec where codecs are collected. Inside the export room.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace terse::export_js {

/// A message and what it decodes to.
struct JsExample {
  std::string description;
  std::vector<std::uint8_t> bytes;
  std::string field;  ///< of the answer: "data" or "errors"
  std::string value;  ///< JSON
};

/// The Things Network's device repository: NAME-codec.yaml.
std::string js_codec_yaml(const std::string& name, std::span<const JsExample> examples);

/// The LoRa Alliance's TS013-1.0.0: metadata.json and examples.json beside index.js.
std::string js_metadata(const std::string& name);
std::string js_examples(std::span<const JsExample> examples);

}  // namespace terse::export_js
