// The files of the page, built into the program (cmake/embed.cmake).
#pragma once

#include <string_view>

namespace terse::serve::web::assets {

std::string_view page_html();  ///< {{page.css}} and {{page.js}} are replaced by the other two
std::string_view page_css();
std::string_view page_js();

}  // namespace terse::serve::web::assets
