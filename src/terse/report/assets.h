// The parts of the page that are files of their own, built into the program (cmake/embed.cmake).
// Those of the chart library are empty in a build without TERSE_REPORT_CHARTS.
#pragma once

#include <string_view>

namespace terse::report::assets {

std::string_view page_style();
std::string_view page_script();
std::string_view draw_script();
std::string_view vega();  ///< the three libraries, minified
std::string_view vega_lite();
std::string_view vega_embed();
std::string_view licence();  ///< theirs (BSD-3-Clause)

}  // namespace terse::report::assets
