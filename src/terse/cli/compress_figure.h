// The path of a search for bits per layer as a figure.
#pragma once

#include <string>

#include "terse/compress/compress.h"
#include "terse/report/figures.h"

namespace terse::cli {

/// Validation loss against cost: the configurations measured, in order, the targets, and the
/// chosen one.
report::Figure search_figure(const compress::Compression& compression, const std::string& name);

}  // namespace terse::cli
