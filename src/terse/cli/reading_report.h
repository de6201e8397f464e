// The errors of a model that gives its readings back, one line each.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "terse/model/model.h"

namespace terse::cli {

/// "readings given back" and under it a table: of each reading its errors in units, and whether its
/// tolerance is kept; of categories the accuracy. Empty unless the model gives its readings back.
/// metrics: as train::Metrics::named() has them.
std::string reading_report(const model::Model& model,
                           const std::vector<std::pair<std::string, double>>& metrics);

}  // namespace terse::cli
