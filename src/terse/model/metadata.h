// The JSON document in a model file's metadata: everything that is not a tensor
// (docs/model-format.md).
#pragma once

#include <string>
#include <string_view>

#include "terse/model/model.h"

namespace terse::model {

/// Everything of the model but its numbers in tensors; `levels` stands for the thresholds' shape.
/// Metrics that are not finite become null, and NaN when read. Throws InputError if the name of a
/// feature or the target is not UTF-8.
std::string write_document(const Model& model);

/// Fills all but tensors; the thresholds get their offsets, their values stay empty. Throws
/// InputError naming `source` and the field.
Model read_document(std::string_view text, const std::string& source);

}  // namespace terse::model
