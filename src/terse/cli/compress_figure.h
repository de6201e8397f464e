// The path of a search for bits per layer as a figure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "terse/compress/compress.h"
#include "terse/report/figures.h"

namespace terse::cli {

/// Positions in the trace of the configurations that no other one beats in both cost and validation
/// loss, by rising cost.
std::vector<std::size_t> front_of(const compress::Compression& compression);

/// Validation loss against cost: the configurations measured, in order, their Pareto front, the
/// targets, and the chosen one.
report::Figure search_figure(const compress::Compression& compression, const std::string& name);

}  // namespace terse::cli
