// The features that a device computes of its readings, in words.
#pragma once

#include "terse/model/model.h"

namespace terse::cli {

/// A line for each computed feature, after an empty one; nothing for a model without.
void print_computed_features(const model::Model& model);

}  // namespace terse::cli
