// Files that HTTP serves as they are, built into the program (cmake/embed.cmake).
#pragma once

#include <string_view>

namespace terse::serve::http::assets {

std::string_view openapi();  ///< /openapi.json: OpenAPI 3.0 of the HTTP interface

}  // namespace terse::serve::http::assets
