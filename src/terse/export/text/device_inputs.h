// The types in which the firmware holds each feature, from options and from a table.
#pragma once

#include <string>
#include <vector>

#include "terse/export/text/device_features.h"

namespace terse::export_text {

/// One per feature of the model. options: "[FEATURE=]TYPE[,SCALE[,OFFSET]][,missing=VALUE]
/// [,min=VALUE][,max=VALUE]" with held values; those without a feature come first and hold for all,
/// then the lines of `file` (a CSV with the columns feature, type, scale, offset, missing, min,
/// max; may be empty), then the options with a feature. float32 by default. Throws InputError for
/// text that cannot be read and for features that the model does not have.
std::vector<DeviceInput> device_inputs(const model::Model& model,
                                       const std::vector<std::string>& options,
                                       const std::string& file);

}  // namespace terse::export_text
