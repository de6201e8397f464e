// The encoder that a request describes, before it is written in one language or another.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "terse/cli/export_formats.h"
#include "terse/export/c/encoder.h"

namespace terse::cli {

struct RequestedEncoder {
  export_c::Encoder encoder;
  std::size_t calibration_rows = 0;
};

/// Throws InputError for a model that has no codes to send, and for wrong descriptions of inputs.
RequestedEncoder requested_encoder(const ExportRequest& request);

/// How each feature is held and compared, for --report and --json.
std::string feature_report(const export_c::Encoder& encoder);
nlohmann::ordered_json feature_facts(const export_c::Encoder& encoder);

}  // namespace terse::cli
