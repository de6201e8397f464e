// The files of the page, built into the program (cmake/embed.cmake).
#pragma once

#include <string_view>

namespace terse::serve::web::assets {

std::string_view page_html();  ///< {{page.css}} and so on are replaced by the other files
std::string_view page_css();
std::string_view page_js();
std::string_view chart_js();

}  // namespace terse::serve::web::assets
