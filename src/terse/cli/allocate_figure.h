// The curve of payload against loss as a figure.
#pragma once

#include "terse/cli/curve_view.h"
#include "terse/report/figures.h"

namespace terse::cli {

/// "curve": the points, the knee and full precision.
report::Figure curve_figure(const CurveView& view);

}  // namespace terse::cli
