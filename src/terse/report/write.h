// The report of a study as files.
#pragma once

#include <filesystem>

#include "terse/study/summary.h"

namespace terse::report {

/// Writes report.html, report.csv, report.md, report.tex and figures/NAME.vl.json into `directory`,
/// which is made if it is missing. The last are Vega-Lite specifications, for any tool that draws
/// them; draw.h makes SVG files of them, and in the page each chart can be saved as one. Throws
/// JobError.
void write_all(const study::Summary& summary, const std::filesystem::path& directory);

}  // namespace terse::report
