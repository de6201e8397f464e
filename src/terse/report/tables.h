// The results of a study as tables: for papers, for notes, for a spreadsheet.
#pragma once

#include <string>
#include <string_view>

#include "terse/stats/interval.h"
#include "terse/study/summary.h"

namespace terse::report {

/// Per data set the mean loss with its 95% half-width, methods down, bits across; then the tipping
/// points. `|`, `<` and Markdown's own marks in names are escaped.
std::string markdown_tables(const study::Summary& summary);
/// The same for LaTeX: needs \usepackage{booktabs}; TeX's special characters are escaped.
std::string latex_tables(const study::Summary& summary);
/// One row per cell (RFC 4180, CRLF not used): payload, loss, comparison with fp, settings, and the
/// losses of the splits separated by spaces. Numbers that are not finite are empty.
std::string csv(const study::Summary& summary);

/// `text` for the body of a LaTeX document.
std::string latex_text(std::string_view text);
/// `text` for a cell of a Markdown table, on one line.
std::string markdown_text(std::string_view text);

/// "0.0213 ± 0.0004" with `plus_minus` between; only the mean without an interval, "–" without one.
std::string loss_text(const stats::Interval& loss, std::string_view plus_minus);
/// A cell's loss_text, and behind it, of a classification, its accuracy: "0.28 ± 0.01 (91.8 %)".
std::string cell_text(const study::Cell& cell, std::string_view plus_minus = " ± ",
                      std::string_view percent = " %");

}  // namespace terse::report
