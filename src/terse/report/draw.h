// The figures of a study as SVG files, for papers.
#pragma once

#include <filesystem>
#include <vector>

#include "terse/report/figures.h"

namespace terse::report {

/// Writes NAME.svg for every figure into `directory`, which exists, by running the chart library in
/// Node. Throws JobError if Node is missing or fails, and in a build without TERSE_REPORT_CHARTS.
void draw_svg(const std::vector<Figure>& figures, const std::filesystem::path& directory);

/// Whether draw_svg can work here: the charts are built in and Node starts.
bool can_draw();

}  // namespace terse::report
