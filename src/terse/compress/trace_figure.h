// The path of a search as a picture: validation loss against cost.
#pragma once

#include <string>

#include "terse/compress/compress.h"

namespace terse::compress {

/// An SVG document: the configurations measured, in order, the targets, and the chosen one.
std::string trace_figure(const Compression& compression);

}  // namespace terse::compress
