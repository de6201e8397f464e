// Names, and the values that the firmware holds, as comments and Markdown describe them. Private to
// the room.
#pragma once

#include <string>
#include <string_view>

#include "terse/export/text/device_features.h"
#include "terse/model/model.h"

namespace terse::export_c {

/// A name safe inside a comment of C, Rust or Python, whatever its bytes are.
std::string in_comment(std::string_view name);

/// A name safe inside a table of Markdown.
std::string in_cell(std::string_view name);

/// The target, and its unit if it has one, safe inside a comment: "yield in kg".
std::string target_in_comment(const model::Model& model);

/// "int16: reading = 0.01 * held - 40; no reading: -127, above 125".
std::string input_description(const export_text::DeviceInput& input);

}  // namespace terse::export_c
