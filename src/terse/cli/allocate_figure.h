// The curve of payload against loss as a drawing.
#pragma once

#include <string>

#include "terse/cli/allocate_view.h"

namespace terse::cli {

/// A self-contained SVG: the points, the knee and full precision.
std::string curve_svg(const CurveView& view);

}  // namespace terse::cli
